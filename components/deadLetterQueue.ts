import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "./foundation";
import { createQueuePolicy } from "./queuePolicy";

/** Fourteen days, the longest that SQS keeps a message. */
const retentionSeconds = 14 * 86_400;

/**
 * Makes a queue for what could not be handled: encrypted, TLS only, kept as long as can be, and put down among the
 * parts of the stack, for people to hear of what comes there.
 */
export function createDeadLetterQueue(
  name: string,
  { key, parts }: Foundation,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: retentionSeconds, kmsMasterKeyId: key.arn },
    { parent },
  );
  createQueuePolicy(name, queue, [], parent);
  parts.deadLetters.push({ name: name.replace(/-dead$/, ""), queueName: queue.name, url: queue.url });
  return queue;
}
