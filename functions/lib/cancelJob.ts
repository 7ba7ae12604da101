import { TerminateJobCommand, type BatchClient } from "@aws-sdk/client-batch";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ExecutionDoesNotExist, StopExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { closeJob } from "./closeJob";
import { isTerminal, type JobRecord } from "./job";
import { readJob } from "./jobsTable";
import { logEvent } from "./logEvent";

export interface CancelServices {
  readonly tableName: string;
  readonly table: DynamoDBClient;
  readonly workflows: SFNClient;
  readonly batch: BatchClient;
}

/**
 * `cancelled`; `starting` when its execution is about to start and cannot be stopped yet; or the job, when it has ended
 * by itself.
 */
export type CancelOutcome = "cancelled" | "starting" | JobRecord;

/**
 * Ends a job: what runs for it first, then its record, so that no record says that it has ended while it runs on. Its
 * workflow ends its container, and its hand-off with it: a callback that comes afterwards changes nothing.
 */
export async function cancelJob(
  services: CancelServices,
  job: JobRecord,
  by: string,
): Promise<CancelOutcome> {
  for (let current = job; ;) {
    if (isTerminal(current.status)) return current;
    const stopped = await stopWork(services, current, by);
    if (!stopped) return "starting";
    const end = { status: "CANCELLED" as const, error: cancelledBy(by), at: new Date().toISOString() };
    if (await closeJob(services.table, services.tableName, current, { by: "cancel", ...end })) {
      logEvent("job cancelled", { jobId: job.jobId, process: job.process, status: "CANCELLED", by });
      return "cancelled";
    }
    const now = await readJob(services.table, services.tableName, job.jobId);
    if (!now) return current;
    // Its execution's end was heard of before this could be recorded.
    if (now.status === "CANCELLED") return "cancelled";
    current = now;
  }
}

/** Answers whether nothing runs for the job any more. */
async function stopWork({ workflows, batch }: CancelServices, job: JobRecord, by: string): Promise<boolean> {
  const { cause } = cancelledBy(by);
  // The job of a container that was submitted straight to the queue has its id.
  if (job.source === "batch") {
    await batch.send(new TerminateJobCommand({ jobId: job.jobId, reason: cause }));
    return true;
  }
  if (job.executionArn === undefined) return true;
  try {
    await workflows.send(
      new StopExecutionCommand({ executionArn: job.executionArn, error: "Cancelled", cause }),
    );
    return true;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

function cancelledBy(by: string) {
  return { code: "Cancelled", cause: `Cancelled by ${by}` };
}
