import type { JobEnd } from "./closeJob";
import type { JobRecord } from "./job";
import { leadsFrom } from "./transitions";

/** How an execution ended, as Step Functions says. */
export interface EndedExecution {
  readonly executionArn: string;
  /** Of the execution, in Step Functions' words. */
  readonly status: string;
  /** How often the execution had been redriven when it ended. */
  readonly redriveCount?: number | null | undefined;
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
}

/**
 * Whether an execution's end is the job's: the workflow records its own ends, and what it recorded stands; so does a
 * redrive that came after this end.
 */
export function isItsEnd({ executionArn, redriveCount }: EndedExecution, job: JobRecord): boolean {
  const isItsOwn = job.executionArn === undefined || job.executionArn === executionArn;
  return leadsFrom("end", job.status) && isItsOwn && (job.redriveCount ?? 0) <= (redriveCount ?? 0);
}

/** How a job ends whose execution ended without success; nothing for one that did not. */
export function failedEnd({ status: executionStatus, error, cause }: EndedExecution, at: string) {
  const status = failures[executionStatus];
  if (!status) return undefined;
  const said = { code: error ?? executionStatus, cause: cause ?? defaultCause(status) };
  return { by: "end", status, error: said, at } satisfies JobEnd;
}

type Failure = "CANCELLED" | "FAILED" | "TIMED_OUT";

const failures: Partial<Record<string, Failure>> = {
  ABORTED: "CANCELLED",
  FAILED: "FAILED",
  TIMED_OUT: "TIMED_OUT",
};

function defaultCause(status: Failure): string {
  return status === "CANCELLED" ? "The execution was stopped." : `The execution ended as ${status}.`;
}
