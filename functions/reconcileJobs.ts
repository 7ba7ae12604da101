import { BatchClient } from "@aws-sdk/client-batch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, ScheduledEvent } from "aws-lambda";
import { countMetric } from "./lib/metric";
import { pacer } from "./lib/reconcile/pacer";
import { reconcile, type Tally } from "./lib/reconcile/reconcile";
import type { ReconcileSettings } from "./lib/reconcile/reconcileServices";
import { runningExecutions } from "./lib/reconcile/runningExecutions";

export type ReconcileJobsSettings = ReconcileSettings;

/** How long before its end an invocation leaves the rest to the next, in milliseconds. */
const reserve = 60_000;

/**
 * The least time between two executions that are described, in milliseconds. Step Functions lets the whole account
 * describe fifteen a second, in some regions ten. Source: its service quotas.
 */
const describeInterval = 150;

/**
 * Compares the jobs that have not ended with what runs for them, and repairs what a lost event left behind. It repairs
 * nothing twice, since each repair is a change that only holds while the job is as it was seen.
 */
export const reconcileJobs = (settings: ReconcileJobsSettings) => {
  const [table, workflows, queues] = [new DynamoDBClient({}), new SFNClient({}), new SQSClient({})];
  const batch = new BatchClient({});
  return async (event: Pick<ScheduledEvent, "time">, context: Context): Promise<void> => {
    const services = { settings, table, workflows, queues, batch, now: timeOf(event) };
    const tally: Tally = { repairs: {}, failures: 0 };
    const timeIsUp = () => context.getRemainingTimeInMillis() < reserve;
    const perInvocation = { running: runningExecutions(workflows), pace: pacer(describeInterval) };
    try {
      await reconcile({ ...services, ...perInvocation }, tally, timeIsUp);
    } finally {
      report(tally, context.functionName);
    }
  };
};

/** When the schedule asked: an event that is tried again, later, takes nothing for older than it was. */
function timeOf({ time }: Pick<ScheduledEvent, "time">): number {
  const milliseconds = Date.parse(time);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new Error(
    `the event has the time ${time}; it must be that of a schedule, or have one like it, ISO 8601`,
  );
}

function report({ repairs, failures }: Tally, functionName: string): void {
  countMetric({ name: "ReconciledJobs", dimension: "Repair", counts: repairs }, functionName);
  const counts = failures === 0 ? {} : { error: failures };
  countMetric({ name: "UnreconciledJobs", dimension: "Reason", counts }, functionName);
}
