import type { Submission } from "./submission";

export type JobStatus =
  "SUBMITTED" | "PENDING" | "RUNNABLE" | "STARTING" | "RUNNING" | "SUCCEEDED" | "FAILED";

/** What is known of the container of an attempt, under the names of the API. */
export interface ContainerState {
  taskArn?: string;
  logStreamName?: string;
  exitCode?: number;
  reason?: string;
}

/** An attempt that has ended. Times are milliseconds since the epoch. */
export interface Attempt {
  readonly container: Readonly<ContainerState>;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number;
  readonly statusReason: string;
}

/** That someone asked for the end of a job. */
export interface EndRequest {
  readonly kind: "CANCEL" | "TERMINATE";
  readonly reason: string;
}

export type JobIdentity = Pick<Job, "id" | "arn" | "submission" | "createdAt" | "sequence" | "member">;

/** A job, an array job or a child of one. */
export class Job {
  status: JobStatus = "SUBMITTED";
  statusReason: string | undefined;
  /** Milliseconds since the epoch, of the latest attempt. */
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  /** Of the latest attempt. */
  container: ContainerState = {};
  /** The request that was accepted, whether it had an effect yet or not. */
  endRequest: EndRequest | undefined;
  readonly attempts: Attempt[] = [];
  /** Of an array job, by index. */
  readonly children: Job[] = [];

  readonly id: string;
  readonly arn: string;
  readonly submission: Submission;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The order of submission. */
  readonly sequence: number;
  /** Where a child belongs. */
  readonly member: { readonly parent: Job; readonly index: number } | undefined;

  constructor({ id, arn, submission, createdAt, sequence, member }: JobIdentity) {
    this.id = id;
    this.arn = arn;
    this.submission = submission;
    this.createdAt = createdAt;
    this.sequence = sequence;
    this.member = member;
  }

  get ended(): boolean {
    return this.status === "SUCCEEDED" || this.status === "FAILED";
  }
}
