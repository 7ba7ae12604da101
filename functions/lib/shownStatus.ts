import { isTerminal, type JobRecord, type StepRecord } from "./job";

/**
 * A step's status as callers see it. Inline steps write nothing to the record, so a step that has none there may have
 * run all the same: then nothing is said of it.
 */
export function shownStatus(job: JobRecord, step: StepRecord): StepRecord["status"] | undefined {
  return step.status === "PENDING" && !knowsWhatHasRun(job) ? undefined : step.status;
}

/**
 * Whether a step that is PENDING in the record has not run. A job that waits has marked what is done; so has one that
 * its workflow has ended, and then it says which step failed.
 */
function knowsWhatHasRun({ status, error, executionArn }: JobRecord): boolean {
  // Nothing but a workflow runs steps that the record does not follow.
  if (executionArn === undefined) return true;
  if (status === "RUNNING") return false;
  return !isTerminal(status) || status === "SUCCEEDED" || error?.step !== undefined;
}
