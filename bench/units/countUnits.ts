import type { Counts } from "../cloud/protocol";
import type { Units } from "./billedUnits";

/** What was counted around some jobs of one kind. */
export interface Counted {
  readonly jobs: number;
  readonly before: Counts;
  readonly after: Counts;
  readonly transitions: number;
  readonly invocations: number;
  /** How often a job of the kind changes its status after it was recorded. */
  readonly statusChanges: number;
}

/**
 * What AWS would bill for one of the jobs. Writes are those to the table and to its two indexes, up to 1 KB each: a
 * change of status is two to the index by status, since the entry moves. A message is three requests of its queue: sent,
 * received, deleted. Requests for keys are not counted: the services keep data keys for minutes.
 */
export function countUnits(counted: Counted): Units {
  const { jobs, before, after, statusChanges } = counted;
  const since = (action: string) => ((after.requests[action] ?? 0) - (before.requests[action] ?? 0)) / jobs;
  const writes = since("dynamodb:PutItem") + since("dynamodb:UpdateItem");
  return {
    "state transition": counted.transitions / jobs,
    invocation: counted.invocations / jobs,
    "API request": since("execute-api:Invoke"),
    "table write": writes * 3 + statusChanges,
    "queue request": since("sqs:SendMessage") + 2 * since("sqs:DeleteMessage"),
    // Lists cost what writes do.
    "S3 write": since("s3:PutObject") + since("s3:ListBucket") + since("s3:ListBucketVersions"),
    "S3 read": since("s3:GetObject") + since("s3:GetObjectVersion"),
    notification: since("sns:Publish"),
    event: since("events:PutEvents"),
    "log megabyte": (after.logBytes - before.logBytes) / jobs / 1e6,
  };
}
