import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBridgeEvent } from "aws-lambda";
import type { TerminalStatus } from "./lib/job";
import { changeJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";

export interface RecordExecutionsSettings {
  readonly tableName: string;
}

/**
 * The part of the event "Step Functions Execution Status Change" that is used.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
interface ExecutionStatusChange {
  readonly name: string;
  readonly status: string;
  readonly error?: string | null;
  readonly cause?: string | null;
}

/** Records executions that ended outside their definition: stopped, out of time as a whole, or broken. */
export const recordExecutions = ({ tableName }: RecordExecutionsSettings) => {
  const client = new DynamoDBClient({});
  return async (
    event: EventBridgeEvent<"Step Functions Execution Status Change", ExecutionStatusChange>,
  ): Promise<void> => {
    const { name: jobId, status: executionStatus, error, cause } = event.detail;
    const status = jobStatusOf(executionStatus);
    if (!status) return;
    const changed = await changeJob(client, tableName, jobId, {
      update: "SET #status = :status, updatedAt = :now, #error = :error",
      // The workflow records its own ends; what it recorded stands.
      condition: "#status IN (:submitted, :running, :waiting)",
      names: { "#error": "error" },
      values: {
        ":status": status,
        ":error": { code: error ?? executionStatus, cause: cause ?? defaultCause(status) },
        ":now": event.time,
        ":submitted": "SUBMITTED",
        ":running": "RUNNING",
        ":waiting": "WAITING",
      },
    });
    if (changed) logEvent("job ended outside its workflow", { jobId, status });
  };
};

function jobStatusOf(executionStatus: string): TerminalStatus | undefined {
  const statuses: Partial<Record<string, TerminalStatus>> = {
    ABORTED: "CANCELLED",
    FAILED: "FAILED",
    TIMED_OUT: "TIMED_OUT",
  };
  return statuses[executionStatus];
}

function defaultCause(status: TerminalStatus): string {
  return status === "CANCELLED" ? "The execution was stopped." : `The execution ended as ${status}.`;
}
