import { DeleteMessageCommand } from "@aws-sdk/client-sqs";
import { readDeadLetter } from "./deadLetter";
import { describeDeadLetter } from "./describe";
import { moveAll } from "./moveTask";
import type { DeadLetterCommand } from "./options";
import { queueFacts, sourceOf } from "./queueFacts";
import type { DeadLetterQueue } from "./queues";
import { receiveEach, type Received } from "./receive";
import { giveToFunction, sendToQueue, type Outcome } from "./sendBack";
import type { DeadLetterServices } from "./services";

/** Prints a line. */
export type Print = (line: string) => void;

type RedriveOptions = Omit<Extract<DeadLetterCommand, { command: "redrive" }>, "command" | "queue">;

/** Long enough for any function; one that runs out is only tried again. */
const visibilityTimeoutSeconds = 900;

/** Sends dead letters back to where they failed. @returns whether all of them went */
export async function redrive(
  services: DeadLetterServices,
  queue: DeadLetterQueue,
  options: RedriveOptions,
  print: Print,
): Promise<boolean> {
  const source = await sourceOf(services.sqs, queue);
  const { arn, messages } = await queueFacts(services.sqs, queue.url);
  if (source && options.limit === undefined) {
    print(`SQS moves about ${messages} messages back, and goes on if this program is interrupted.`);
    const result = await moveAll(services.sqs, { sourceArn: arn, destinationArn: source.arn });
    if (result) {
      print(
        `${result.moved} messages moved.${result.failure === undefined ? "" : ` It stopped: ${result.failure}`}`,
      );
      return result.failure === undefined;
    }
    print("This SQS cannot move messages by itself: they are sent back one by one.");
  }
  const sendBack = (received: Received) =>
    source
      ? sendToQueue(services, source.url, received)
      : giveToFunction(services, arn, readDeadLetter(received.body));
  return redriveEach(services, queue, options, sendBack, print);
}

/** First sent, then deleted: whatever happens between, a message is never on neither side, but may come twice. */
async function redriveEach(
  { sqs }: DeadLetterServices,
  { name, url: queueUrl }: DeadLetterQueue,
  { limit, forgetExpired }: RedriveOptions,
  sendBack: (received: Received) => Promise<Outcome>,
  print: Print,
): Promise<boolean> {
  const counts = { sent: 0, kept: 0, expired: 0 };
  for await (const received of receiveEach(sqs, { queueUrl, limit, visibilityTimeoutSeconds })) {
    const outcome = await sendBack(received);
    counts[outcome.kind] += 1;
    const goes = outcome.kind === "sent" || (outcome.kind === "expired" && forgetExpired);
    print(reportLine(received, outcome, goes));
    if (goes)
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: received.message.ReceiptHandle }),
      );
    else received.keep();
  }
  const left = counts.kept + (forgetExpired ? 0 : counts.expired);
  print(
    `${counts.sent} sent back, ${left} left on ${name}, ${forgetExpired ? counts.expired : 0} forgotten.`,
  );
  return left === 0;
}

function reportLine(received: Received, outcome: Outcome, goes: boolean): string {
  const { what, jobs } = describeDeadLetter(readDeadLetter(received.body));
  const subject = `${what}${jobs.length === 0 ? "" : ` (${jobs.join(", ")})`}`;
  if (outcome.kind === "sent") return `sent to ${outcome.to}: ${subject}`;
  return `${goes ? "forgotten" : "left"}: ${subject}: ${outcome.reason}`;
}
