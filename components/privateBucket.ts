import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy, type PolicyStatement } from "./policy";

export interface PrivateBucketArgs {
  /** Refuse to destroy the bucket, or to empty it. */
  readonly protectData: boolean;
  /** When objects expire, by prefix, in days. */
  readonly expiry: readonly { readonly prefix: string; readonly days: number }[];
}

/** A bucket that only its account can reach: no public access, no ACLs, TLS only, encrypted, versioned, tidied up. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:PrivateBucket", name, {}, opts);
    const bucket = new aws.s3.Bucket(
      name,
      { forceDestroy: !args.protectData },
      { parent: this, protect: args.protectData },
    );
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.closeToThePublic(name, bucket);
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

  /** The permission to list the bucket, without which S3 says "denied" where it would say "not found". */
  allowList(): PolicyStatement {
    return { sid: "ListObjects", actions: ["s3:ListBucket"], resources: [this.arn] };
  }

  private objectStatement(intent: string, action: string, keys: string): PolicyStatement {
    const place = keys.replace(/[^A-Za-z]/g, "");
    return {
      sid: `${intent}${place}`,
      actions: [action],
      resources: [pulumi.interpolate`${this.arn}/${keys}`],
    };
  }

  private closeToThePublic(name: string, bucket: aws.s3.Bucket): void {
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
      {
        sid: "TlsOnly",
        effect: "Deny",
        principal: "*",
        actions: ["s3:*"],
        resources: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        conditions: { Bool: { "aws:SecureTransport": "false" } },
      },
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
      { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
    const rules = args.expiry.map(({ prefix, days }) => ({
      id: `expire-${prefix.replace(/[^a-z]/g, "")}`,
      status: "Enabled",
      filter: { prefix },
      expiration: { days },
      noncurrentVersionExpiration: { noncurrentDays: days },
    }));
    const abandoned = {
      id: "abandoned-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: bucket.id, rules: [...rules, abandoned] },
      { parent: this, dependsOn: [versioning] },
    );
  }
}
