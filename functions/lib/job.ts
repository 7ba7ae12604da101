import type { Tags } from "./tags/tagGroup";

/** What a job can be. `SUBMITTED → RUNNING ⇄ WAITING → SUCCEEDED | FAILED | TIMED_OUT | CANCELLED`. */
export type JobStatus = OpenStatus | TerminalStatus;
export type OpenStatus = "SUBMITTED" | "RUNNING" | "WAITING";
export type TerminalStatus = "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "CANCELLED";

export const openStatuses: readonly OpenStatus[] = ["SUBMITTED", "RUNNING", "WAITING"];
export const jobStatuses: readonly JobStatus[] = [
  ...openStatuses,
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "CANCELLED",
];

/** What made the job start. */
export type JobSource = "api" | "alarm" | "batch" | "webhook";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Where a step stands; times are ISO 8601 UTC with milliseconds. */
export interface StepRecord {
  readonly status: "PENDING" | "RUNNING" | "WAITING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "CANCELLED";
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** What the step says of itself; JSON text where it is somebody else's. */
  readonly detail?: Json;
  /** The callback that answered a hand-off; the first one wins. */
  readonly answer?: AnswerRecord;
  /** How the step went before the job was redriven, the first time first. */
  readonly earlier?: readonly Omit<StepRecord, "earlier">[];
}

/** The hand-off that is open, or was the last to be. */
export interface HandoffRecord {
  readonly step: string;
  /** The Step Functions task token. Never leaves the table but to the partner. */
  readonly token: string;
  readonly requestedAt: string;
  readonly attempt: number;
  readonly deadline: string;
  /** The folder, under `inbound/` and under `outbound/`, that belongs to this hand-off; ends with a slash. */
  readonly folder: string;
  /** The bytes that an answer may have, so that the workflow can carry it beside what it has. */
  readonly room?: number;
  /** Whether an answer that has more goes by reference. */
  readonly largeResults?: boolean;
}

/** A callback: which object it was, and when it arrived. */
export interface AnswerRecord {
  readonly key: string;
  readonly eTag: string;
  readonly receivedAt: string;
  /** Where it lies, if it went to the workflow by reference. */
  readonly reference?: AnswerReference;
}

/** An answer that is larger than a workflow carries: an object of the hand-off bucket. */
export interface AnswerReference {
  readonly key: string;
  readonly bytes: number;
}

/** What a job left behind, once it lies where it lasts: under a prefix of the egress bucket. */
export interface OutputsRecord {
  /** Ends with a slash. */
  readonly prefix: string;
  readonly objects: number;
  readonly bytes: number;
  readonly copiedAt: string;
}

/** An output that is being copied in several invocations: how far it has come. */
export interface DeliveryRecord {
  readonly uploadId: string;
  readonly key: string;
  readonly partBytes: number;
  /** The bytes that lie in the parts so far. */
  readonly bytes: number;
  /** The CRC-32 of those bytes. */
  readonly crc32: number;
  /** The strong ETag that the output had: only if it still has it can the copy go on. */
  readonly validator: string;
  /** The state of the digest that the platform's is compared to; Base64. */
  readonly digestState?: string;
}

/** A job's own outputs that are being copied in several invocations: how far that has come. */
export interface CopyingRecord {
  /** The key up to which all are copied. */
  readonly after: string;
  readonly objects: number;
  readonly bytes: number;
}

/** A job's error as Step Functions reported it: `cause` is whatever text came with the name. */
export interface ErrorRecord {
  readonly code: string;
  readonly cause?: string;
  readonly step?: string;
}

/** An item of the jobs table. */
export interface JobRecord {
  readonly jobId: string;
  readonly process: string;
  readonly client?: string;
  readonly status: JobStatus;
  /** JSON text: not every number and name of JSON is one of DynamoDB's. */
  readonly parameters: string;
  readonly source: JobSource;
  /** The ARN of the principal that asked. */
  readonly requestedBy: string;
  /** Of what was sent with an `Idempotency-Key`. */
  readonly payloadHash?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly executionArn?: string;
  /** Which workflow of its process it was started with. */
  readonly revision?: string;
  /** What its containers and outputs are tagged with: those of its group when it started. */
  readonly tags?: Tags;
  /** How often its execution was redriven. */
  readonly redriveCount?: number;
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly handoff?: HandoffRecord;
  /** The answers of all steps, by step, as JSON text: Step Functions cannot write a map that it does not know. */
  readonly result?: string;
  readonly error?: ErrorRecord;
  readonly outputs?: OutputsRecord;
  readonly delivery?: DeliveryRecord;
  readonly copying?: CopyingRecord;
  /** Answers that came when nothing waited for them. */
  readonly lateAnswers?: readonly AnswerRecord[];
  /** Epoch seconds; DynamoDB deletes the item some time after. */
  readonly expiresAt: number;
}

/** Whether a job with this status has ended. */
export function isTerminal(status: JobStatus): status is TerminalStatus {
  return !openStatuses.some((open) => open === status);
}
