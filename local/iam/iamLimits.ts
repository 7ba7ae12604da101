import { AwsError } from "../services/service";

/** Rules of names and sizes. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
interface TextRule {
  readonly parameter: string;
  readonly atMost: number;
  readonly pattern: RegExp;
}

const nameCharacters = /^[\w+=,.@-]+$/;
export const roleName: TextRule = { parameter: "roleName", atMost: 64, pattern: nameCharacters };
export const policyName: TextRule = { parameter: "policyName", atMost: 128, pattern: nameCharacters };
export const path: TextRule = {
  parameter: "path",
  atMost: 512,
  pattern: /^\/(?:[\u0021-\u007e]+\/)?$/,
};
export const description: TextRule = {
  parameter: "description",
  atMost: 1000,
  pattern: /^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/,
};

/** In characters that are not white space. */
export const inlinePoliciesPerRole = 10_240;
export const managedPolicy = 6_144;
export const trustPolicy = 2_048;
/** AWS's default, which it raises on request. */
export const attachedPoliciesPerRole = 10;

/** @throws AwsError ValidationError as IAM words it */
export function checkText(value: string, { parameter, atMost, pattern }: TextRule): void {
  const refuse = (constraint: string) => {
    const where = `Value '${value}' at '${parameter}' failed to satisfy constraint`;
    return new AwsError("ValidationError", `1 validation error detected: ${where}: ${constraint}`);
  };
  if (value.length > atMost) throw refuse(`Member must have length less than or equal to ${atMost}`);
  if (!pattern.test(value)) {
    throw refuse(`Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
  }
}

/** The length that IAM counts: without white space. */
export function countedLength(document: string | object): number {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return text.replace(/\s/g, "").length;
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceeded", message, 409);
}
