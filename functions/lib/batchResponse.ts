import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { logError, logEvent } from "./logEvent";
import { together } from "./together";

type Handle = (message: SQSRecord) => Promise<void>;

/**
 * Handles the messages of a batch, some at the same time: most of it is waiting for AWS, which Lambda bills, too. A message
 * whose handling throws goes back to its queue, the others do not (`ReportBatchItemFailures`).
 */
export async function handleMessages({ Records }: SQSEvent, handle: Handle): Promise<SQSBatchResponse> {
  const failures = await together(Records, (message) => failureOf(message, handle));
  return { batchItemFailures: failures.flat() };
}

/** As `handleMessages`, but one after another: for work that keeps a pace, or takes what memory and time there is. */
export async function handleInTurn({ Records }: SQSEvent, handle: Handle): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const message of Records) batchItemFailures.push(...(await failureOf(message, handle)));
  return { batchItemFailures };
}

/** The message if it is to come again. */
async function failureOf(message: SQSRecord, handle: Handle): Promise<SQSBatchItemFailure[]> {
  const { messageId } = message;
  try {
    await handle(message);
    return [];
  } catch (error) {
    if (isUnfinished(error)) logEvent("message stays", { messageId, reason: error.message });
    else logError("message failed", error, { messageId });
    return [{ itemIdentifier: messageId }];
  }
}

const unfinishedName = "Unfinished";

/** Thrown when a message is to come again though nothing failed: another invocation goes on. */
export function unfinished(reason: string): Error {
  return Object.assign(new Error(reason), { name: unfinishedName });
}

export function isUnfinished(error: unknown): error is Error {
  return error instanceof Error && error.name === unfinishedName;
}
