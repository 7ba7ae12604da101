import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LifecycleRule } from "./catalogue/egress";
import type { Foundation } from "./foundation";
import { denyPlainText, resourcePolicy, type PolicyStatement, type ResourcePolicyStatement } from "./policy";
import type { StackKey } from "./stackKey";

export interface PrivateBucketArgs {
  readonly foundation: Foundation;
  /** What becomes of objects, by prefix. */
  readonly lifecycle: readonly LifecycleRule[];
}

/** A bucket that only its account can reach: no public access, no ACLs, TLS only, encrypted, versioned, tidied up. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:PrivateBucket", name, {}, opts);
    const { protectData } = args.foundation.settings;
    const bucket = new aws.s3.Bucket(
      name,
      { forceDestroy: !protectData },
      { parent: this, protect: protectData },
    );
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.closeToThePublic(name, bucket, args.foundation);
    this.keepVersions(name, bucket, args);
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }

  /** The permission to read objects under a prefix, for example `inbound/*`. */
  allowGet(keys: string): PolicyStatement {
    return this.objectStatement("ReadObjects", "s3:GetObject", keys);
  }

  /** The permission to write objects under a prefix. */
  allowPut(keys: string): PolicyStatement {
    return this.objectStatement("WriteObjects", "s3:PutObject", keys);
  }

  /** The permission to give tags to objects that are written. */
  allowTag(keys: string): PolicyStatement {
    return this.objectStatement("TagObjects", "s3:PutObjectTagging", keys);
  }

  /** The permission to write objects in parts, which others may continue. */
  allowUpload(keys: string): PolicyStatement {
    const { sid, resources } = this.allowPut(keys);
    const actions = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];
    return { sid, actions, resources };
  }

  /** The permission to list the bucket, without which S3 says "denied" where it would say "not found". */
  allowList(sid = "ListObjects"): PolicyStatement {
    return { sid, actions: ["s3:ListBucket"], resources: [this.arn] };
  }

  /** The permission to read objects under a prefix as they were before they were overwritten. */
  allowGetVersions(keys: string): PolicyStatement {
    return this.objectStatement("ReadVersions", "s3:GetObjectVersion", keys);
  }

  /** The permission to list what objects were before they were overwritten. */
  allowListVersions(): PolicyStatement {
    return { sid: "ListVersions", actions: ["s3:ListBucketVersions"], resources: [this.arn] };
  }

  private objectStatement(intent: string, action: string, keys: string): PolicyStatement {
    const place = keys.replace(/[^A-Za-z]/g, "");
    return {
      sid: `${intent}${place}`,
      actions: [action],
      resources: [pulumi.interpolate`${this.arn}/${keys}`],
    };
  }

  private closeToThePublic(name: string, bucket: aws.s3.Bucket, { key }: Foundation): void {
    const block = new aws.s3.BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
    const policy = resourcePolicy([
      denyPlainText(["s3:*"], [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]),
      ...denyOtherEncryption(bucket, key),
    ]);
    // S3 refuses two of these at once on one bucket: "a conflicting conditional operation is in progress".
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      { bucket: bucket.id, policy },
      { parent: this, dependsOn: [block] },
    );
  }

  private keepVersions(name: string, bucket: aws.s3.Bucket, args: PrivateBucketArgs): void {
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: bucket.id, rules: [encryptionRule(args.foundation.key)] },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: bucket.id, rules: [...args.lifecycle.map(lifecycleRule), tidying] },
      { parent: this, dependsOn: [versioning] },
    );
  }
}

function lifecycleRule({ prefix, move, expireDays }: LifecycleRule, index: number) {
  const expiry = expireDays === undefined ? {} : { expiration: { days: expireDays } };
  return {
    id: `rule-${index}-${prefix.replace(/[^A-Za-z0-9]/g, "")}`.slice(0, 255),
    status: "Enabled",
    filter: { prefix },
    ...(move === undefined ? {} : { transitions: [{ days: move.days, storageClass: move.storageClass }] }),
    ...expiry,
  };
}

/** What was overwritten or deleted can be had back for three months; what was never finished goes. */
const tidying = {
  id: "tidying",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  noncurrentVersionExpiration: { noncurrentDays: 90 },
};

/** A bucket key makes one call to KMS do for many objects. */
function encryptionRule(key: StackKey) {
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
    bucketKeyEnabled: true,
  };
}

/** Whoever asks for no encryption gets the bucket's own; whoever asks for another kind or key is refused. */
function denyOtherEncryption(bucket: aws.s3.Bucket, key: StackKey): ResourcePolicyStatement[] {
  const kind = "s3:x-amz-server-side-encryption";
  const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  const customerKey = "s3:x-amz-server-side-encryption-customer-algorithm";
  const deny = (
    sid: string,
    conditions: NonNullable<ResourcePolicyStatement["conditions"]>,
  ): ResourcePolicyStatement => ({
    sid,
    effect: "Deny",
    principal: "*",
    actions: ["s3:PutObject"],
    resources: [pulumi.interpolate`${bucket.arn}/*`],
    conditions,
  });
  // A missing key satisfies StringNotEquals, so that its presence must be asked for.
  return [
    deny("KmsOnly", { Null: { [kind]: "false" }, StringNotEquals: { [kind]: "aws:kms" } }),
    deny("OwnKeyOnly", { Null: { [keyId]: "false" }, StringNotEquals: { [keyId]: key.arn } }),
    // KMS without a key means the account's default key, not the bucket's.
    deny("NoDefaultKey", { Null: { [kind]: "false", [keyId]: "true" } }),
    deny("NoCustomerKey", { Null: { [customerKey]: "false" } }),
  ];
}
