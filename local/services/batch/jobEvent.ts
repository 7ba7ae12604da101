import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";

/** The event that EventBridge gets whenever the status of a job changes. */
export interface JobEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "Batch Job State Change";
  readonly source: "aws.batch";
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  /** The job's ARN. */
  readonly resources: readonly string[];
  /** The job as DescribeJobs gives it, its ARN among its tags. */
  readonly detail: JsonObject;
}

/** Source: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html */
export function jobEvent({ accountId, region }: Account, detail: JsonObject, now: number): JobEvent {
  const resourceArn = String(detail["jobArn"]);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Batch Job State Change",
    source: "aws.batch",
    account: accountId,
    time: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [resourceArn],
    detail: { ...detail, tags: { resourceArn, ...(detail["tags"] as JsonObject) } },
  };
}
