import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import type { RequiredPermission } from "../service";

/** Hears with which key a secret is encrypted. */
export type OnKey = (secretArn: string, keyArn: string) => void;

/** @param kmsKeyId the ARN or the id of a key */
export function keyArnOf(kmsKeyId: string, { partition, region, accountId }: Account): string {
  return kmsKeyId.startsWith("arn:")
    ? kmsKeyId
    : `arn:${partition}:kms:${region}:${accountId}:key/${kmsKeyId}`;
}

/**
 * How a request uses keys beyond what its action says: the key that it gives a secret, and none where an update
 * leaves key and value alone.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function keyUseOf(
  operation: string,
  { KmsKeyId: key, SecretString: text, SecretBinary: bytes }: JsonObject,
  account: Account,
): Pick<RequiredPermission, "keyArn" | "keyActions"> {
  if (operation !== "CreateSecret" && operation !== "UpdateSecret") return {};
  if (typeof key === "string") return { keyArn: keyArnOf(key, account) };
  const untouched = operation === "UpdateSecret" && text === undefined && bytes === undefined;
  return untouched ? { keyActions: [] } : {};
}
