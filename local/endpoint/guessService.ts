import type { UnverifiedRequest } from "../iam/signature";

const targets: readonly (readonly [prefix: string, service: string])[] = [
  ["DynamoDB", "dynamodb"],
  ["AWSStepFunctions", "states"],
  ["AmazonSQS", "sqs"],
  ["AWSEvents", "events"],
  ["secretsmanager", "secretsmanager"],
  ["ResourceGroupsTaggingAPI", "tagging"],
  ["GraniteServiceVersion", "monitoring"],
  ["Logs_", "logs"],
];

/** The service that an unsigned request is meant for, as far as its form says; S3 is what a browser would ask. */
export function guessService({ headers }: UnverifiedRequest): string {
  const target = headers["x-amz-target"];
  if (target !== undefined) {
    return targets.find(([prefix]) => target.startsWith(prefix))?.[1] ?? "";
  }
  return headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ? "sts" : "s3";
}
