import type { DynamoDBBatchResponse, DynamoDBStreamEvent, StreamRecord } from "aws-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { JobRecord } from "./job";
import { logError } from "./logEvent";

type Image = NonNullable<StreamRecord["NewImage"]>;

/**
 * Handles the records of a stream in order. At the first one that throws it stops and reports its sequence number:
 * Lambda retries from there, so nothing is skipped and nothing overtakes.
 */
export async function handleJobChanges(
  event: DynamoDBStreamEvent,
  handle: (job: JobRecord, before: JobRecord | undefined) => Promise<void>,
): Promise<DynamoDBBatchResponse> {
  for (const record of event.Records) {
    const job = jobOf(record.dynamodb?.NewImage);
    if (!job) continue;
    try {
      await handle(job, jobOf(record.dynamodb?.OldImage));
    } catch (error) {
      logError("record failed", error, { jobId: job.jobId, process: job.process });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }] };
    }
  }
  return { batchItemFailures: [] };
}

function jobOf(image: Image | undefined): JobRecord | undefined {
  return image && (unmarshall(image as Record<string, AttributeValue>) as JobRecord);
}
