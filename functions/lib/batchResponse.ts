import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { logError, logEvent } from "./logEvent";

/**
 * Handles the messages of a batch one by one; a message whose handling throws goes back to its queue,
 * the others do not (`ReportBatchItemFailures`).
 */
export async function handleMessages(
  event: SQSEvent,
  handle: (message: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const message of event.Records) {
    const { messageId } = message;
    try {
      await handle(message);
    } catch (error) {
      if (isUnfinished(error)) logEvent("message stays", { messageId, reason: error.message });
      else logError("message failed", error, { messageId });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

const unfinishedName = "Unfinished";

/** Thrown when a message is to come again though nothing failed: another invocation goes on. */
export function unfinished(reason: string): Error {
  return Object.assign(new Error(reason), { name: unfinishedName });
}

export function isUnfinished(error: unknown): error is Error {
  return error instanceof Error && error.name === unfinishedName;
}
