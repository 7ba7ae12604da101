import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, StreamRecord } from "aws-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { JobRecord } from "./job";
import { logError } from "./logEvent";
import { together } from "./together";
import { takeTurns } from "./turns";

type Image = NonNullable<StreamRecord["NewImage"]>;

/** A change of a job, as the table's stream tells it. */
export interface JobChanged {
  readonly job: JobRecord;
  /** Nothing when the job is new. */
  readonly before: JobRecord | undefined;
  readonly sequenceNumber: string;
}

/** The changes that a batch of the stream holds, in their order. */
export function jobChanges({ Records }: DynamoDBStreamEvent): JobChanged[] {
  return Records.flatMap(changeOf);
}

/**
 * Handles the changes of a batch: those of one job in their order, different jobs at the same time. If one throws, no further
 * one is begun, and Lambda retries from there: nothing is skipped, and what was under way beside it is handled again.
 */
export async function handleJobChanges(
  event: DynamoDBStreamEvent,
  handle: (job: JobRecord, before: JobRecord | undefined) => Promise<void>,
): Promise<DynamoDBBatchResponse> {
  const turns = takeTurns();
  let hasFailed = false;
  const outcomes = await together(jobChanges(event), async (change) => {
    const { job, before } = change;
    if (hasFailed) return [];
    try {
      await turns(job.jobId, () => handle(job, before));
      return [];
    } catch (error) {
      hasFailed = true;
      logFailure(change, error);
      return [change];
    }
  });
  const [first] = outcomes.flat();
  return retryFrom(first);
}

export function logFailure({ job: { jobId, process } }: JobChanged, error: unknown): void {
  logError("record failed", error, { jobId, process });
}

/** The answer to a batch that could be handled up to this change; with none, all of it could. */
export function retryFrom(change: JobChanged | undefined): DynamoDBBatchResponse {
  return { batchItemFailures: change ? [{ itemIdentifier: change.sequenceNumber }] : [] };
}

function changeOf({ dynamodb }: DynamoDBRecord): JobChanged[] {
  const job = jobOf(dynamodb?.NewImage);
  if (!job) return [];
  return [{ job, before: jobOf(dynamodb?.OldImage), sequenceNumber: dynamodb?.SequenceNumber ?? "" }];
}

function jobOf(image: Image | undefined): JobRecord | undefined {
  return image && (unmarshall(image as Record<string, AttributeValue>) as JobRecord);
}
