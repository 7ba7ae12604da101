import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy, type ResourcePolicyStatement } from "./policy";
import type { StackSettings } from "./stackSettings";

/** The services through which principals of the account may use the key: those whose data it encrypts. */
const throughServices = ["dynamodb", "s3", "secretsmanager", "sns", "sqs"];

/**
 * The stack's own key, with which its table, queues, topics, buckets and logs are encrypted. Nobody can use it
 * directly: principals of the account only through those services, for what they may do there anyway; services that
 * write for themselves, such as S3 to a queue, for resources of this account.
 * Costs one US dollar a month, and requests to KMS, which bucket keys and data key reuse keep few.
 */
export class StackKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { protectData }: StackSettings, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:StackKey", name, {}, opts);
    const key = new aws.kms.Key(
      name,
      {
        description: `Encrypts the data of ${pulumi.getProject()} ${pulumi.getStack()}`,
        enableKeyRotation: true,
        // Without the key its data is lost: time to think again is cheap.
        deletionWindowInDays: protectData ? 30 : 7,
        policy: keyPolicy(),
      },
      { parent: this, protect: protectData },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function keyPolicy(): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput().accountId;
  const region = aws.getRegionOutput().region;
  const { partition } = aws.getPartitionOutput();
  const throughHere = {
    "kms:CallerAccount": account,
    "kms:ViaService": region.apply((name) =>
      throughServices.map((service) => `${service}.${name}.amazonaws.com`),
    ),
  };
  const events = { Service: "events.amazonaws.com" };
  const here = { StringEquals: { "aws:SourceAccount": account } };
  return resourcePolicy([
    keyStatement(
      "Administer",
      { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
      administration,
    ),
    {
      ...keyStatement("UseThroughServices", { AWS: "*" }, [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]),
      conditions: { StringEquals: throughHere },
    },
    {
      // DynamoDB keeps a grant for each table.
      ...keyStatement("GrantToServices", { AWS: "*" }, ["kms:CreateGrant"]),
      conditions: { StringEquals: throughHere, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      // Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
      ...keyStatement("S3Notifies", { Service: "s3.amazonaws.com" }, ["kms:Decrypt", "kms:GenerateDataKey"]),
      conditions: here,
    },
    {
      // Source: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
      ...keyStatement("SnsDelivers", { Service: "sns.amazonaws.com" }, [
        "kms:Decrypt",
        "kms:GenerateDataKey",
      ]),
      conditions: here,
    },
    {
      // Source: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
      ...keyStatement("AlarmsNotify", { Service: "cloudwatch.amazonaws.com" }, [
        "kms:Decrypt",
        "kms:GenerateDataKey",
      ]),
      conditions: here,
    },
    // Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
    keyStatement("DescribeToEvents", events, ["kms:DescribeKey"]),
    {
      ...keyStatement("ArchiveEvents", events, [
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]),
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:events:event-bus:arn": pulumi.interpolate`arn:${partition}:events:${region}:${account}:event-bus/*`,
        },
      },
    },
    {
      // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
      ...keyStatement("EncryptLogs", { Service: pulumi.interpolate`logs.${region}.amazonaws.com` }, [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]),
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    },
  ]);
}

/** In a key's policy, the resource is the key itself. */
function keyStatement(
  sid: string,
  principal: ResourcePolicyStatement["principal"],
  actions: readonly string[],
): ResourcePolicyStatement {
  return { sid, principal, actions, resources: ["*"] };
}

/** What the account's administrators may be allowed by IAM: everything but to use the key. */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];
