import type { JobStatus } from "./job";

/** Changes of a job's status that one kind of event brings about: from any of `from` to any of `to`. */
export interface Transition {
  /** `none`: there is no job yet. */
  readonly from: readonly (JobStatus | "none")[];
  readonly to: readonly JobStatus[];
  /** What brings it about. */
  readonly why: string;
  /** Only a redrive may lead out of a terminal status. */
  readonly reopens?: true;
}

const open = ["RUNNING", "WAITING"] as const;

/**
 * Every change of status that there is. Whoever changes one names its transition here, and writes under the condition
 * that follows from it, so that a late or repeated event finds that it does not hold.
 */
export const transitions = {
  submit: { from: ["none"], to: ["SUBMITTED"], why: "a caller, an alarm or a webhook asked for the job" },
  appear: { from: ["none"], to: ["RUNNING"], why: "a container was submitted straight to the queue" },
  start: {
    from: ["SUBMITTED", "RUNNING"],
    to: ["RUNNING"],
    why: "its execution, or its delivery, is about to start; again if an earlier try broke off",
  },
  refuse: { from: ["SUBMITTED"], to: ["FAILED"], why: "its process has left the catalogue" },
  ask: { from: open, to: ["WAITING"], why: "a hand-off was opened, or asked for anew" },
  answer: { from: ["WAITING"], to: ["RUNNING"], why: "a callback answered the hand-off" },
  askAgain: {
    from: ["RUNNING"],
    to: ["WAITING"],
    why: "Step Functions refused the callback that had answered",
  },
  moveOn: { from: ["WAITING"], to: ["RUNNING"], why: "the hand-off is over, and its execution goes on" },
  finish: { from: open, to: ["SUCCEEDED", "FAILED", "TIMED_OUT"], why: "its workflow came to an end" },
  end: {
    from: open,
    to: ["SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED"],
    why: "its execution, or container, ended without recording it",
  },
  follow: {
    from: ["RUNNING"],
    to: ["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"],
    why: "the container that was submitted straight to the queue has come further",
  },
  deliver: {
    from: ["RUNNING"],
    to: ["SUCCEEDED", "FAILED"],
    why: "a platform's output was delivered, or cannot be",
  },
  cancel: { from: ["SUBMITTED", ...open], to: ["CANCELLED"], why: "a caller cancelled it" },
  redrive: {
    from: ["FAILED", "TIMED_OUT"],
    to: ["RUNNING"],
    why: "a caller, or a replay, redrove it: the only way back",
    reopens: true,
  },
  giveUp: {
    from: ["RUNNING"],
    to: ["FAILED", "TIMED_OUT"],
    why: "the redrive that had opened it was refused",
  },
} as const satisfies Readonly<Record<string, Transition>>;

export type TransitionName = keyof typeof transitions;

/** What a transition may lead to. */
export type StatusAfter<Name extends TransitionName> = (typeof transitions)[Name]["to"][number];

/** The condition under which a transition is written: DynamoDB's expression, in which `#status` is the status. */
export interface TransitionCondition {
  readonly condition: string;
  /** The values that the expression names, all of them. */
  readonly values: Readonly<Record<string, JobStatus>>;
}

/** The condition of a transition. For one from `none` it needs neither names nor values. */
export function conditionOf(name: TransitionName): TransitionCondition {
  const { from }: Transition = transitions[name];
  const statuses = from.filter((status) => status !== "none");
  if (statuses.length === 0) return { condition: "attribute_not_exists(jobId)", values: {} };
  const values = Object.fromEntries(statuses.map((status) => [`:${status.toLowerCase()}`, status]));
  const names = Object.keys(values);
  const condition = names.length === 1 ? `#status = ${names[0] ?? ""}` : `#status IN (${names.join(", ")})`;
  return { condition, values };
}

/** Whether a transition leads to a status. */
export function leadsTo(name: TransitionName, to: JobStatus): boolean {
  const transition: Transition = transitions[name];
  return transition.to.includes(to);
}

/** Whether a transition may lead from a status. */
export function leadsFrom(name: TransitionName, from: JobStatus): boolean {
  const transition: Transition = transitions[name];
  return transition.from.includes(from);
}
