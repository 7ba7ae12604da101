import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBridgeEvent } from "aws-lambda";
import { closeJob, type JobEnd } from "./lib/closeJob";
import { isTerminal, type JobRecord } from "./lib/job";
import { readJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";

export interface RecordExecutionsSettings {
  readonly tableName: string;
}

/**
 * The part of the event "Step Functions Execution Status Change" that is used.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
interface ExecutionStatusChange {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  /** How often the execution had been redriven when this happened. */
  readonly redriveCount?: number | null;
  readonly error?: string | null;
  readonly cause?: string | null;
}

/** How often the end is recorded anew when the job has changed between reading and writing it. */
const attempts = 5;

/** Records executions that ended outside their definition: stopped, out of time as a whole, or broken. */
export const recordExecutions = ({ tableName }: RecordExecutionsSettings) => {
  const table = new DynamoDBClient({});
  return async ({ detail, time }: Event): Promise<void> => {
    const end = endOf(detail, time);
    if (!end) return;
    const jobId = jobOfExecution(detail.name);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const job = await readJob(table, tableName, jobId);
      if (!job || !isItsEnd(detail, job)) return;
      if (!(await closeJob(table, tableName, job, end))) continue;
      return logEvent("job ended outside its workflow", { jobId, process: job.process, status: end.status });
    }
    throw new Error(`job ${jobId} changes too often for the end of its execution to be recorded`);
  };
};

type Event = EventBridgeEvent<"Step Functions Execution Status Change", ExecutionStatusChange>;

/** The workflow records its own ends, and what it recorded stands; so does a redrive that came after this end. */
function isItsEnd({ executionArn, redriveCount }: ExecutionStatusChange, job: JobRecord): boolean {
  const isItsOwn = job.executionArn === undefined || job.executionArn === executionArn;
  return !isTerminal(job.status) && isItsOwn && (job.redriveCount ?? 0) <= (redriveCount ?? 0);
}

function endOf(
  { status: executionStatus, error, cause }: ExecutionStatusChange,
  at: string,
): JobEnd | undefined {
  const status = jobStatusOf(executionStatus);
  if (!status) return undefined;
  return { status, error: { code: error ?? executionStatus, cause: cause ?? defaultCause(status) }, at };
}

/** A job that was started anew has an execution named after it and its number. */
function jobOfExecution(name: string): string {
  return name.replace(/-r\d+$/, "");
}

function jobStatusOf(executionStatus: string): JobEnd["status"] | undefined {
  const statuses: Partial<Record<string, JobEnd["status"]>> = {
    ABORTED: "CANCELLED",
    FAILED: "FAILED",
    TIMED_OUT: "TIMED_OUT",
  };
  return statuses[executionStatus];
}

function defaultCause(status: JobEnd["status"]): string {
  return status === "CANCELLED" ? "The execution was stopped." : `The execution ended as ${status}.`;
}
