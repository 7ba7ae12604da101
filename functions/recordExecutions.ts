import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBridgeEvent } from "aws-lambda";
import { closeJob } from "./lib/closeJob";
import { failedEnd, isItsEnd, type EndedExecution } from "./lib/executionEnd";
import { readJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";
import { steadyClient } from "./lib/steadyClient";

export interface RecordExecutionsSettings {
  readonly tableName: string;
}

/**
 * The part of the event "Step Functions Execution Status Change" that is used.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
interface ExecutionStatusChange extends EndedExecution {
  readonly name: string;
}

/** How often the end is recorded anew when the job has changed between reading and writing it. */
const attempts = 5;

/** Records executions that ended outside their definition: stopped, out of time as a whole, or broken. */
export const recordExecutions = ({ tableName }: RecordExecutionsSettings) => {
  const table = new DynamoDBClient(steadyClient);
  return async ({ detail, time }: Event): Promise<void> => {
    const end = failedEnd(detail, time);
    if (!end) return;
    const jobId = jobOfExecution(detail.name);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const job = await readJob(table, tableName, jobId);
      if (!job || !isItsEnd(detail, job)) return;
      if (!(await closeJob(table, tableName, job, end))) continue;
      return logEvent("job ended outside its workflow", { jobId, process: job.process, status: end.status });
    }
    throw new Error(`job ${jobId} changes too often for the end of its execution to be recorded`);
  };
};

type Event = EventBridgeEvent<"Step Functions Execution Status Change", ExecutionStatusChange>;

/** A job that was started anew has an execution named after it and its number. */
function jobOfExecution(name: string): string {
  return name.replace(/-r\d+$/, "");
}
