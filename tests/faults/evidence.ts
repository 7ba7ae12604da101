import type { JobRecord, JobStatus, Json } from "../../functions/lib/job";
import type { PlannedJob } from "./plan";

/** A job that was accepted. */
export interface AcceptedJob extends PlannedJob {
  readonly jobId: string;
}

/** A record of the table's stream: a job as a write has left it. */
export interface Change {
  readonly sequenceNumber: string;
  readonly before: JobRecord | undefined;
  readonly after: JobRecord;
}

/** A file that a partner dropped. */
export interface Drop {
  readonly jobId: string;
  readonly key: string;
  /** MD5, as S3 has it. */
  readonly eTag: string;
  readonly kind: "success" | "failure" | "heartbeat";
  /** Whether it can resume anything. */
  readonly valid: boolean;
  readonly content: string;
}

/** A terminal notification as a subscriber had it; the same one may come several times. */
export interface Notification {
  readonly id: string;
  readonly jobId: string;
  readonly body: string;
}

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly queue: string;
  readonly body: string;
  /** The jobs that it concerns. */
  readonly jobIds: readonly string[];
}

/** A file that a job left, where it lasts. */
export interface Output {
  readonly key: string;
  readonly text: string;
}

/** What there is to see of a run when it has come to rest. */
export interface Evidence {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly accepted: readonly AcceptedJob[];
  /** Jobs for which different ids were answered to the same request. */
  readonly answeredTwice: readonly { readonly job: PlannedJob; readonly jobIds: readonly string[] }[];
  /** As they stand in the table. */
  readonly records: ReadonlyMap<string, JobRecord>;
  /** By job, in order. */
  readonly changes: ReadonlyMap<string, readonly Change[]>;
  readonly notifications: readonly Notification[];
  readonly deadLetters: readonly DeadLetter[];
  /** In the order in which they were dropped. */
  readonly drops: readonly Drop[];
  /** Of the bucket where outputs last. */
  readonly outputs: readonly Output[];
}

/** What an invariant has found. */
export interface Finding {
  readonly jobId: string;
  readonly message: string;
}

export interface Invariant {
  /** What is counted when it does not hold. */
  readonly name: string;
  readonly rule: string;
  check(evidence: Evidence): readonly Finding[];
}

export type { JobStatus, Json };
