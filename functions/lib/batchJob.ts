import type { JsonObject, TerminalStatus } from "./job";

/**
 * The part of the event "Batch Job State Change" that is used; there may be more.
 * Source: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
 */
export interface BatchJobDetail {
  readonly jobName: string;
  readonly jobId: string;
  readonly jobDefinition: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly createdAt?: number;
  readonly attempts?: readonly unknown[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly isCancelled?: boolean;
  readonly isTerminated?: boolean;
  readonly container?: {
    readonly exitCode?: number;
    readonly reason?: string;
    readonly logStreamName?: string;
    readonly environment?: readonly { readonly name: string; readonly value: string }[];
  };
}

/** The states of a Batch job, in the order in which one attempt goes through them. */
const order = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "FAILED", "SUCCEEDED"];

/**
 * How far a Batch job has come: events arrive in any order, and a later attempt begins at RUNNABLE again.
 * Terminal states come after everything.
 */
export function progressOf({ status, attempts = [] }: BatchJobDetail): number {
  const ended = status === "FAILED" || status === "SUCCEEDED";
  return (ended ? 1_000 : attempts.length * 10) + order.indexOf(status);
}

/** The job and step that a workflow submitted a Batch job for; nothing for one that was submitted otherwise. */
export function ownerOf({ jobName, container }: BatchJobDetail): { jobId: string; step: string } | undefined {
  const jobId = container?.environment?.find(({ name }) => name === "JOB_ID")?.value;
  if (jobId === undefined || !jobName.endsWith(`-${jobId}`)) return undefined;
  return { jobId, step: jobName.slice(0, -jobId.length - 1) };
}

/** What a job's step shows of its container. */
export function stepDetail(detail: BatchJobDetail, logUrl: (logStreamName: string) => string): JsonObject {
  const { status, statusReason, jobId, attempts = [], container } = detail;
  const { exitCode, reason, logStreamName } = container ?? {};
  return {
    status,
    batchJobId: jobId,
    attempts: attempts.length,
    progress: progressOf(detail),
    ...(statusReason === undefined ? {} : { statusReason }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
    ...(logStreamName === undefined ? {} : { log: logUrl(logStreamName) }),
  };
}

/** How a job that was submitted straight to the queue has ended; nothing while it has not. */
export function endOf({
  status,
  isCancelled,
  isTerminated,
}: BatchJobDetail): Exclude<TerminalStatus, "TIMED_OUT"> | undefined {
  if (status === "SUCCEEDED") return "SUCCEEDED";
  if (status !== "FAILED") return undefined;
  return isCancelled || isTerminated ? "CANCELLED" : "FAILED";
}

/** The name in a job definition's ARN, or in its name with a revision. */
export function definitionName(jobDefinition: string): string {
  return jobDefinition.replace(/^.*job-definition\//, "").replace(/:\d+$/, "");
}

/** Why a container failed, in a sentence. */
export function containerCause({
  statusReason,
  container,
}: Pick<BatchJobDetail, "statusReason" | "container">): string {
  const code = container?.exitCode === undefined ? "" : `exit code ${container.exitCode}`;
  return [code, container?.reason, statusReason]
    .filter((part) => part !== undefined && part !== "")
    .join(": ");
}

/** Where the console shows a log stream. */
export function consoleLogUrl(region: string, logGroup: string, logStream: string): string {
  // The console wants its fragment encoded twice, with $ in place of %.
  const encode = (text: string) => encodeURIComponent(encodeURIComponent(text)).replace(/%/g, "$");
  const place = `log-groups/log-group/${encode(logGroup)}/log-events/${encode(logStream)}`;
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:${place}`;
}
