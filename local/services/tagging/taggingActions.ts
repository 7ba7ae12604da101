import { AwsError } from "../service";
import type { TagVerb } from "./resources";

/** The actions that a service asks for when its resources are tagged, and when they are untagged. */
const actions: Readonly<Record<string, Readonly<Record<TagVerb, readonly string[]>>>> = {
  batch: alike("batch"),
  cloudwatch: alike("cloudwatch"),
  dynamodb: alike("dynamodb"),
  events: alike("events"),
  kms: alike("kms"),
  lambda: alike("lambda"),
  logs: alike("logs"),
  // A bucket's tags are read, and replaced together.
  s3: {
    tag: ["s3:GetBucketTagging", "s3:PutBucketTagging"],
    untag: ["s3:GetBucketTagging", "s3:PutBucketTagging"],
  },
  secretsmanager: alike("secretsmanager"),
  sns: alike("sns"),
  sqs: { tag: ["sqs:TagQueue"], untag: ["sqs:UntagQueue"] },
  states: alike("states"),
};

/**
 * What a principal must be allowed to do beside `tag:TagResources`.
 * Source: the service authorization reference, and "Minimum permissions" of
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
 * @throws AwsError InvalidParameterException for a service without taggable resources here
 */
export function taggingActions(arn: string, verb: TagVerb): readonly string[] {
  const service = serviceOf(arn);
  const found = Object.hasOwn(actions, service) ? actions[service] : undefined;
  if (found) return found[verb];
  throw new AwsError("InvalidParameterException", `The local cloud tags no resources of ${service}: ${arn}`);
}

/** The service that an ARN names, for example `sqs`. */
export function serviceOf(arn: string): string {
  return arn.split(":")[2] ?? "";
}

function alike(service: string) {
  return { tag: [`${service}:TagResource`], untag: [`${service}:UntagResource`] };
}
