import { randomUUID } from "node:crypto";
import { Members, validationDialect } from "../cloudwatch/members";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import { invalidParameter } from "./errors";
import type { SecretContent, Tag } from "./secret";

const namePattern = /^[\w/+=.@!-]*$/;
const largestSecret = 65_536;

export function membersOf(input: JsonObject): Members {
  return new Members(input, validationDialect("ValidationException"));
}

export function readSecretId(members: Members): string {
  return members.requiredText("SecretId", { least: 1, most: 2048 });
}

/** @throws AwsError ValidationException */
export function readName(members: Members): string {
  const name = members.requiredText("Name", { least: 1, most: 512 });
  if (!namePattern.test(name)) {
    throw new AwsError(
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  }
  return name;
}

/** The content, if any is given. @throws AwsError InvalidParameterException */
export function readContent(members: Members): SecretContent | undefined {
  const rule = { least: 1, most: largestSecret, sensitive: true };
  const SecretString = members.text("SecretString", rule);
  const SecretBinary = members.text("SecretBinary", { least: 1, sensitive: true });
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString !== undefined) return { SecretString };
  if (SecretBinary === undefined) return undefined;
  if (Buffer.from(SecretBinary, "base64").length > largestSecret) {
    throw invalidParameter(`The secret value is longer than ${largestSecret} bytes.`);
  }
  return { SecretBinary };
}

/** The id of the new version: SDKs make one up, and so does this for those that do not. */
export function readToken(members: Members): string {
  return members.text("ClientRequestToken", { least: 32, most: 64 }) ?? randomUUID();
}

export function readTags(members: Members): readonly Tag[] {
  return (members.structures("Tags", { most: 50 }) ?? []).map((tag) => ({
    Key: tag.requiredText("Key", { least: 1, most: 128 }),
    Value: tag.text("Value", { most: 256 }) ?? "",
  }));
}
