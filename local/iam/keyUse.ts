import type { Account } from "../account";
import type { RequiredPermission } from "../services/service";
import type { Principal } from "./principal";

/**
 * What a service asks KMS for, on the caller's behalf, when a resource is used that is encrypted with a key of the
 * account. Sources: the pages on server-side encryption of SQS, SNS, S3 and DynamoDB, and
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
const keyActions: Readonly<Record<string, readonly string[]>> = {
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
  "s3:GetObject": ["kms:Decrypt"],
  "s3:GetObjectVersion": ["kms:Decrypt"],
  "s3:PutObject": ["kms:GenerateDataKey"],
  "dynamodb:GetItem": ["kms:Decrypt"],
  "dynamodb:PutItem": ["kms:Decrypt"],
  "dynamodb:UpdateItem": ["kms:Decrypt"],
  "dynamodb:DeleteItem": ["kms:Decrypt"],
  "dynamodb:Query": ["kms:Decrypt"],
  "dynamodb:Scan": ["kms:Decrypt"],
  "dynamodb:GetRecords": ["kms:Decrypt"],
  "secretsmanager:GetSecretValue": ["kms:Decrypt"],
  "secretsmanager:PutSecretValue": ["kms:GenerateDataKey", "kms:Decrypt"],
  "secretsmanager:CreateSecret": ["kms:GenerateDataKey", "kms:Decrypt"],
  "secretsmanager:UpdateSecret": ["kms:GenerateDataKey", "kms:Decrypt"],
};

/** Which resources are encrypted with which key, and what using them needs. */
export class KeyUse {
  readonly #keys = new Map<string, string>();

  constructor(private readonly account: Account) {}

  /** Notes that a queue, topic, bucket, table or secret is encrypted with a key. */
  encrypt(resourceArn: string, keyArn: string): void {
    this.#keys.set(resourceArn, keyArn);
  }

  /** What `principal` needs of KMS for a request that needs `permissions`. */
  permissionsFor(permissions: readonly RequiredPermission[], principal: Principal): RequiredPermission[] {
    return permissions.flatMap((permission) => {
      const { action, resource, keyArn = this.#keys.get(encryptedResource(resource)) } = permission;
      if (keyArn === undefined) return [];
      const context = this.#context(action, principal);
      const needed = permission.keyActions ?? keyActions[action] ?? [];
      return needed.map((kms) => ({ action: kms, resource: keyArn, context }));
    });
  }

  /** A service that acts for itself, such as S3 writing to a queue, comes to KMS as itself, not through another. */
  #context(action: string, principal: Principal): Record<string, string> {
    if (principal.kind === "service") return {};
    const [service = ""] = action.split(":");
    return {
      "kms:ViaService": `${service}.${this.account.region}.amazonaws.com`,
      "kms:CallerAccount": this.account.accountId,
    };
  }
}

/** The bucket of an object, the table of a stream or an index. */
function encryptedResource(arn: string): string {
  const [, , service, , , ...rest] = arn.split(":");
  if (service === "s3") return arn.replace(/^(arn:[^:]+:s3:::[^/]+).*$/, "$1");
  return service === "dynamodb" && rest.length > 0 ? arn.replace(/\/(stream|index)\/.*$/, "") : arn;
}
