import { Members, validationDialect } from "../cloudwatch/members";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import type { Tags } from "./resources";

export const mostTags = 50;
const mostArns = 20;
const keyRule = { least: 1, most: 128 };

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function membersOf(input: JsonObject): Members {
  return new Members(input, validationDialect("InvalidParameterException"));
}

/** The ARNs to tag or untag. @throws AwsError InvalidParameterException */
export function readArns(members: Members): readonly string[] {
  const arns = members.texts("ResourceARNList", { least: 1, most: mostArns }, { least: 1, most: 1011 });
  for (const arn of arns ?? []) {
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(arn)) {
      throw invalidParameter(`${arn} not a valid AmazonResourceName (ARN)`);
    }
  }
  return [...new Set(members.required("ResourceARNList", arns))];
}

/** @throws AwsError InvalidParameterException */
export function readTags(members: Members): Tags {
  const { input } = members.required("Tags", members.structure("Tags"));
  const keys = Object.keys(input);
  if (keys.length < 1 || keys.length > mostTags) {
    const rule = keys.length < 1 ? "greater than or equal to 1" : `less than or equal to ${mostTags}`;
    throw members.violation("Tags", `{${keys.join(", ")}}`, `Member must have length ${rule}`);
  }
  for (const key of keys) {
    checkKey(members, key);
    const value = input[key];
    if (typeof value !== "string") {
      throw new AwsError("SerializationException", `The value of tag ${key} is not a string`);
    }
    if (value.length > 256) {
      throw members.violation("Tags", value, "Member must have length less than or equal to 256");
    }
  }
  return input as Tags;
}

/** @throws AwsError InvalidParameterException */
export function readKeys(members: Members): readonly string[] {
  const keys = members.texts("TagKeys", { least: 1, most: mostTags }, keyRule);
  for (const key of keys ?? []) checkKey(members, key);
  return members.required("TagKeys", keys);
}

function checkKey(members: Members, key: string): void {
  if (key.length < keyRule.least || key.length > keyRule.most) {
    const rule = key.length === 0 ? "greater than or equal to 1" : `less than or equal to ${keyRule.most}`;
    throw members.violation("Tags", key, `Member must have length ${rule}`);
  }
  if (/^aws:/i.test(key)) {
    throw invalidParameter(`Tag keys that begin with aws: are reserved for AWS: ${key}`);
  }
}
