/** What an alarm is about; each has a chapter of its name in `docs/operations.md`. */
export type Runbook =
  | "dead-letters"
  | "stuck-wait"
  | "workflow-failures"
  | "function-errors"
  | "stream-behind"
  | "reconciled-jobs";

/** What an alarm says: what happened, what to do first, and where the rest stands. */
export function runbookLine(runbook: Runbook, happened: string, first: string): string {
  return `${happened} First: ${first} Runbook: docs/operations.md#${runbook}`;
}
