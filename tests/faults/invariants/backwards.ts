import type { JobRecord } from "../../../functions/lib/job";
import { transitions, type Transition, type TransitionName } from "../../../functions/lib/transitions";
import type { Change, Finding, Invariant } from "../evidence";

export const backwards: Invariant = {
  name: "backwards",
  rule: "every change of a status stands in the table of transitions, and only a redrive leads out of a terminal one",
  check: ({ changes }) =>
    [...changes].flatMap(([jobId, list]) => list.flatMap((change) => retreat(jobId, change))),
};

const names = Object.keys(transitions) as TransitionName[];

function retreat(jobId: string, change: Change): Finding[] {
  const { before, after, sequenceNumber } = change;
  if (before?.status === after.status || names.some((name) => isThat(name, change))) return [];
  const from = before?.status ?? "none";
  return [{ jobId, message: `went from ${from} to ${after.status} (${sequenceNumber})` }];
}

function isThat(name: TransitionName, { before, after }: Change): boolean {
  const { from, to }: Transition = transitions[name];
  if (!from.includes(before?.status ?? "none") || !to.includes(after.status)) return false;
  return !before || (signs[name]?.(before, after) ?? true);
}

/** What a transition leaves in the record, where a write that must not be would look the same without it. */
const signs: Readonly<Partial<Record<TransitionName, (before: JobRecord, after: JobRecord) => boolean>>> = {
  answer: ({ handoff }, { steps }) => handoff !== undefined && steps[handoff.step]?.answer !== undefined,
  moveOn: ({ handoff }, { updatedAt }) => handoff !== undefined && updatedAt > handoff.deadline,
  redrive: (before, after) =>
    after.redriveCount !== before.redriveCount || after.executionArn !== before.executionArn,
};
