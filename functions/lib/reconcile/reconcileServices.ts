import type { BatchClient } from "@aws-sdk/client-batch";
import type { JobRecord } from "../job";
import type { StartServices, StartSettings } from "../startJob";
import type { RunningExecutions } from "./runningExecutions";

export interface ReconcileSettings extends StartSettings {
  /** Where containers write; empty without containers. */
  readonly logGroupName: string;
}

/** What comparing jobs with the truth works with, for one invocation. */
export interface ReconcileServices extends StartServices {
  readonly settings: ReconcileSettings;
  readonly batch: BatchClient;
  readonly running: RunningExecutions;
  /** Waits until one more execution may be described. */
  readonly pace: () => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What was done for a job; nothing when it needed nothing. */
export type Repair =
  | "started"
  | "redriven"
  | "execution ended"
  | "execution unknown"
  | "hand-off over"
  | "delivery asked again"
  | "container followed"
  | "container unknown";

/** A job that has not ended, as the index has it. */
export type OpenJob = Pick<
  JobRecord,
  "jobId" | "process" | "status" | "source" | "createdAt" | "updatedAt" | "executionArn"
> & { readonly handoff?: { readonly deadline: string } };

/**
 * For how long a job must have been left alone before it is looked at, in milliseconds: events take a moment, and what
 * is on its way needs no repair.
 */
export const grace = 300_000;
