import type { StepRecord } from "../job";

/** What a step does; the words of the catalogue. */
export type StepKind = "invoke" | "batch" | "handoff";

/** One try at a step: while it is open it has no end, and only one that went wrong has an error. */
export interface Attempt {
  /** ISO 8601, as all times. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly status: StepRecord["status"];
  readonly error?: string;
  readonly cause?: string;
}

/** How a step went, through retries and redrives. */
export interface StepRun {
  readonly kind?: StepKind;
  readonly status: StepRecord["status"];
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** The first one first. */
  readonly attempts: readonly Attempt[];
  /** Why the workflow ended in the step, where no attempt says so. */
  readonly error?: string;
  readonly cause?: string;
}

/** Steps that have begun, by name. */
export type StepRuns = Readonly<Record<string, StepRun>>;
