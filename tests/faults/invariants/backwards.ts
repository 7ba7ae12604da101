import { isTerminal, type JobRecord, type JobStatus } from "../../../functions/lib/job";
import type { Change, Finding, Invariant } from "../evidence";

/** From each open status to those that may follow it. */
const allowed: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  SUBMITTED: ["RUNNING", "FAILED", "TIMED_OUT", "CANCELLED"],
  RUNNING: ["WAITING", "SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED"],
  WAITING: ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED"],
  SUCCEEDED: [],
  FAILED: [],
  TIMED_OUT: [],
  CANCELLED: [],
};

export const backwards: Invariant = {
  name: "backwards",
  rule: "no status goes back, but for a redrive of what FAILED or TIMED_OUT",
  check: ({ changes }) =>
    [...changes].flatMap(([jobId, list]) => list.flatMap((change) => retreat(jobId, change))),
};

function retreat(jobId: string, { before, after, sequenceNumber }: Change): Finding[] {
  if (!before || before.status === after.status || isAllowed(before, after)) return [];
  return [{ jobId, message: `went from ${before.status} to ${after.status} (${sequenceNumber})` }];
}

function isAllowed(before: JobRecord, after: JobRecord): boolean {
  if (!isTerminal(before.status))
    return allowed[before.status].includes(after.status) && !skipsWaiting(before, after);
  const redrivable = before.status === "FAILED" || before.status === "TIMED_OUT";
  return redrivable && after.status === "RUNNING" && isRedriven(before, after);
}

/** Only an answer opens a hand-off's way on. */
function skipsWaiting(before: JobRecord, after: JobRecord): boolean {
  if (before.status !== "WAITING" || after.status !== "RUNNING" || !before.handoff) return false;
  return after.steps[before.handoff.step]?.answer === undefined;
}

function isRedriven(before: JobRecord, after: JobRecord): boolean {
  return after.redriveCount !== before.redriveCount || after.executionArn !== before.executionArn;
}
