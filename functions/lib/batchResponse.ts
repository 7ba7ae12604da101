import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { logError } from "./logEvent";

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
    try {
      await handle(message);
    } catch (error) {
      logError("message failed", error, { messageId: message.messageId });
      batchItemFailures.push({ itemIdentifier: message.messageId });
    }
  }
  return { batchItemFailures };
}
