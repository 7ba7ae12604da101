import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { isEgressInterruption } from "./errors";

/**
 * How often an output is tried before its job fails: with the delays below, for about a day. The queue gives a message
 * up later, so that the job says why.
 */
export const mostTries = 100;

const firstDelay = 5;
const longestDelay = 900;

/** How often this message has been delivered, this time included. */
export function triesOf(message: SQSRecord): number {
  return Number(message.attributes.ApproximateReceiveCount);
}

/**
 * How long to wait before the next try, in seconds: twice as long each time up to a quarter of an hour, at random up to
 * half of that less, so that those that failed together do not come back together; longer if the platform asks to.
 * @param random from 0 to 1
 */
export function retryDelay(tries: number, error: unknown, random: number): number {
  const delay = Math.min(firstDelay * 2 ** Math.min(tries - 1, 10), longestDelay) * (1 - random / 2);
  const asked = isEgressInterruption(error) ? (error.retryAfterSeconds ?? 0) : 0;
  // The longest that SQS hides a message is twelve hours, from when it was received.
  return Math.min(Math.ceil(Math.max(delay, asked)), 11 * 3_600);
}

/** Lets a message come back after a while; its visibility timeout would be far too long. */
export async function comeBack(
  client: SQSClient,
  QueueUrl: string,
  { receiptHandle }: SQSRecord,
  VisibilityTimeout: number,
): Promise<void> {
  const message = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
  await client.send(new ChangeMessageVisibilityCommand(message));
}
