import type { AccessKey } from "../../local/iam/credentials";

/** Where the measured cloud is, and who may use it. */
export interface CloudFacts {
  readonly apiUrl: string;
  readonly endpointUrl: string;
  readonly region: string;
  readonly operator: AccessKey;
  readonly caller: AccessKey;
  readonly partner: AccessKey;
  readonly handoffBucket: string;
  readonly jobsTable: string;
}

/** What has been counted since the start. */
export interface Counts {
  /** Requests that were allowed, by action, such as `s3:PutObject`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Lines of functions, in bytes. */
  readonly logBytes: number;
}

/** In bytes. */
export interface Memory {
  /** The most that the process of the local cloud has had. */
  readonly peak: number;
  /** What it has now. */
  readonly now: number;
}

/** What functions log about a job that a bench waits for. */
export const awaited = ["hand-off opened", "job ended"] as const;
export type Awaited = (typeof awaited)[number];

/** What the process of the local cloud says. */
export type CloudMessage =
  | { readonly kind: "ready"; readonly facts: CloudFacts }
  | { readonly kind: "failed"; readonly reason: string }
  /** A function logged about a job, at a time in milliseconds since the epoch. */
  | { readonly kind: "logged"; readonly message: Awaited; readonly jobId: string; readonly at: number }
  | { readonly kind: "report"; readonly counts: Counts; readonly memory: Memory };

/** What it is told. */
export type CloudRequest = "report" | "stop";
