import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { denyPlainText, resourcePolicy, type ResourcePolicyStatement } from "./policy";

/** Sets the policy of a queue: what is allowed beside what identities may do, and TLS for everyone. */
export function createQueuePolicy(
  name: string,
  queue: aws.sqs.Queue,
  statements: readonly ResourcePolicyStatement[],
  parent: pulumi.Resource,
): aws.sqs.QueuePolicy {
  const policy = resourcePolicy([...statements, denyPlainText(["sqs:*"], [queue.arn])]);
  return new aws.sqs.QueuePolicy(`${name}-policy`, { queueUrl: queue.url, policy }, { parent });
}
