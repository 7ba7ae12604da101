import { readDeadLetter } from "./deadLetter";
import { describeDeadLetter } from "./describe";
import { queueFacts } from "./queueFacts";
import type { DeadLetterQueue } from "./queues";
import { receiveEach, type Received } from "./receive";
import type { Print } from "./redrive";
import type { DeadLetterServices } from "./services";

/** Should this program end before it puts the messages back. */
const visibilityTimeoutSeconds = 60;

/** Shows the messages of a dead-letter queue, and leaves them there. */
export async function show(
  { sqs }: DeadLetterServices,
  { name, url: queueUrl }: DeadLetterQueue,
  limit: number,
  print: Print,
): Promise<void> {
  const { messages } = await queueFacts(sqs, queueUrl);
  let shown = 0;
  for await (const received of receiveEach(sqs, { queueUrl, limit, visibilityTimeoutSeconds })) {
    received.keep();
    shown += 1;
    for (const line of describeReceived(shown, received)) print(line);
  }
  print(
    shown === 0
      ? `${name} has no messages to show${messages === 0 ? "" : `; about ${messages} are being handled`}.`
      : `${shown} of about ${messages} messages of ${name}. They are back on the queue; each look counts as a receive.`,
  );
}

function describeReceived(index: number, { body, message }: Received): string[] {
  const { what, jobs, why } = describeDeadLetter(readDeadLetter(body));
  const { SentTimestamp: sent, ApproximateReceiveCount: count = "?" } = message.Attributes ?? {};
  const sentAt = sent === undefined ? "at an unknown time" : new Date(Number(sent)).toISOString();
  return [
    `${index}. ${what}`,
    ...(jobs.length === 0 ? [] : [`   jobs: ${jobs.join(", ")}`]),
    ...(why === undefined ? [] : [`   why: ${why}`]),
    `   sent ${sentAt}, received ${count} times, message ${message.MessageId ?? "?"}`,
  ];
}
