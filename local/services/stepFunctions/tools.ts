import type { Clock } from "../../clock";
import type { Passage } from "../../gate";
import type { Dispatch } from "../internalClient";
import type { Integrations } from "./integrations/integration";
import type { TaskTokens } from "./taskTokens";

/** What an execution runs with. */
export interface Tools {
  readonly clock: Clock;
  /** Passed before a state is entered and before a task is attempted. */
  readonly gate: Passage;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly region: string;
  readonly dispatch: Dispatch;
  readonly integrations: Integrations;
  readonly tokens: TaskTokens;
  /** Aborted when the execution ends. */
  readonly signal: AbortSignal;
}

/** Where a state leads; no `next` is the end. */
export interface Transition {
  readonly output: unknown;
  readonly next: string | undefined;
}
