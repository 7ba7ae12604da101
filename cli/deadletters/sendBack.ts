import { InvokeCommand } from "@aws-sdk/client-lambda";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "./deadLetter";
import { isRecord, type JsonRecord } from "./json";
import { JsonApiError } from "./jsonApi";
import { mappingOf } from "./mapping";
import type { Received } from "./receive";
import type { DeadLetterServices } from "./services";
import { ExpiredChangesError, readChanges } from "./streamChanges";

/** What became of a dead letter. */
export type Outcome =
  | { readonly kind: "sent"; readonly to: string }
  /** It stays on the dead-letter queue. */
  | { readonly kind: "kept"; readonly reason: string }
  /** What it names cannot be had any more. */
  | { readonly kind: "expired"; readonly reason: string };

/** Sends a message to the queue where it failed, as it was. */
export async function sendToQueue(
  { sqs }: DeadLetterServices,
  QueueUrl: string,
  { body: MessageBody, message }: Received,
): Promise<Outcome> {
  const { MessageAttributes } = message;
  await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody, ...(MessageAttributes && { MessageAttributes }) }),
  );
  return { kind: "sent", to: QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1) };
}

/**
 * Gives a function once more what it failed with.
 * @param queueArn where the dead letter lies: it can only name functions of the same account and region
 */
export async function giveToFunction(
  services: DeadLetterServices,
  queueArn: string,
  letter: DeadLetter,
): Promise<Outcome> {
  if (letter.kind === "message" || letter.kind === "unreadable") {
    return { kind: "kept", reason: "it does not say which function failed, and with what" };
  }
  if (!isBeside(queueArn, letter.functionArn)) {
    return { kind: "kept", reason: `${letter.functionArn} is no function of this account and region` };
  }
  return letter.kind === "invocation" ? invokeAgain(services, letter) : changeAgain(services, letter);
}

type Invocation = Extract<DeadLetter, { kind: "invocation" }>;
type Changes = Extract<DeadLetter, { kind: "changes" }>;

/** As before: Lambda has it, tries it up to three times, and brings it back if it fails again. */
async function invokeAgain({ lambda }: DeadLetterServices, letter: Invocation): Promise<Outcome> {
  const { functionArn: FunctionName, event } = letter;
  const Payload = JSON.stringify(event);
  await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload }));
  return { kind: "sent", to: FunctionName };
}

/** Reads the changes again, and waits for what the function makes of them: nobody else would try them again. */
async function changeAgain(services: DeadLetterServices, letter: Changes): Promise<Outcome> {
  const functionArn = letter.functionArn.replace(/:\$LATEST$/, "");
  const mapping = await mappingOf(services.lambda, functionArn, letter.range.streamArn);
  if (!mapping) return { kind: "kept", reason: `${functionArn} no longer reads the stream` };
  const changes = await changesOf(services, letter);
  if (!Array.isArray(changes)) return changes;
  const Records = changes.filter(mapping.wants);
  if (Records.length === 0) return { kind: "kept", reason: "none of its changes are for the function now" };
  const { FunctionError, Payload } = await services.lambda.send(
    new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify({ Records }) }),
  );
  const failures = failuresIn(Payload);
  if (FunctionError === undefined && failures === 0) return { kind: "sent", to: functionArn };
  const failed = FunctionError === undefined ? `${failures} of its ${Records.length} changes` : "all of it";
  return { kind: "kept", reason: `the function failed again with ${failed}: see its log` };
}

/** The changes, or why they cannot be had. */
async function changesOf({ streams }: DeadLetterServices, letter: Changes): Promise<JsonRecord[] | Outcome> {
  try {
    return await readChanges(streams, letter.range);
  } catch (error) {
    if (error instanceof ExpiredChangesError) return { kind: "expired", reason: expiredReason };
    if (!(error instanceof JsonApiError && error.name === "UnknownOperationException")) throw error;
    return { kind: "kept", reason: `this endpoint has no DynamoDB Streams; ${repaired}` };
  }
}

const repaired = "reconcileJobs repairs their jobs";
const expiredReason = `its changes have left the table's stream, which keeps them for 24 hours; ${repaired}`;

/** Functions that read a stream answer with the changes that they could not handle. */
function failuresIn(payload: Uint8Array | undefined): number {
  const text = Buffer.from(payload ?? []).toString();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  const failures = isRecord(answer) ? answer["batchItemFailures"] : undefined;
  return Array.isArray(failures) ? failures.length : 0;
}

/** Whoever could write to the queue could otherwise have the operator invoke any function. */
function isBeside(queueArn: string, functionArn: string): boolean {
  const [partition, region, account] = [1, 3, 4].map((part) => queueArn.split(":")[part]);
  return functionArn.startsWith(`arn:${partition}:lambda:${region}:${account}:function:`);
}
