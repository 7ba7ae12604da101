import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ErrorRecord, JobRecord, TerminalStatus } from "./job";
import { changeJob } from "./jobsTable";

/** How a job ends that its workflow does not end itself. */
export interface JobEnd {
  readonly status: Exclude<TerminalStatus, "SUCCEEDED">;
  readonly error: ErrorRecord;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Ends a job, and the steps of it that are open. Answers whether it still was as it was read: a step that went on
 * meanwhile must not be marked.
 */
export function closeJob(
  table: DynamoDBClient,
  tableName: string,
  job: JobRecord,
  { status, error, at }: JobEnd,
): Promise<boolean> {
  const open = Object.entries(job.steps)
    .filter(([, step]) => step.status === "RUNNING" || step.status === "WAITING")
    .map(([name], index) => [`#open${index}`, name] as const);
  const marks = open.map(([name]) => `, steps.${name}.#status = :end, steps.${name}.endedAt = :at`);
  return changeJob(table, tableName, job.jobId, {
    update: `SET #status = :end, updatedAt = :at, #error = :error${marks.join("")}`,
    condition: "#status = :seen AND updatedAt = :seenAt",
    names: { "#error": "error", ...Object.fromEntries(open) },
    values: {
      ":end": status,
      ":at": at,
      ":error": error,
      ":seen": job.status,
      ":seenAt": job.updatedAt,
    },
  });
}
