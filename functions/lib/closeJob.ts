import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ErrorRecord, JobRecord, TerminalStatus } from "./job";
import { moveJob } from "./moveJob";

/** How a job ends that its workflow does not end itself. */
export type JobEnd = {
  /** The transition that ends it. */
  readonly by: "cancel" | "end";
  /** ISO 8601. */
  readonly at: string;
} & (
  | { readonly status: Exclude<TerminalStatus, "SUCCEEDED">; readonly error: ErrorRecord }
  /** The answers of all steps, as JSON text. */
  | { readonly status: "SUCCEEDED"; readonly result: string }
);

/**
 * Ends a job, and the steps of it that are open. Answers whether it still was as it was read: a step that went on
 * meanwhile must not be marked.
 */
export function closeJob(
  table: DynamoDBClient,
  tableName: string,
  job: JobRecord,
  end: JobEnd,
): Promise<boolean> {
  const { status, at } = end;
  const [attribute, said] = end.status === "SUCCEEDED" ? ["result", end.result] : ["error", end.error];
  // Until its end a workflow leaves a step that it runs as PENDING; when it has succeeded, all have run.
  const ended = status === "SUCCEEDED" ? ["PENDING", "RUNNING", "WAITING"] : ["RUNNING", "WAITING"];
  const open = Object.entries(job.steps)
    .filter(([, step]) => ended.includes(step.status))
    .map(([name], index) => [`#open${index}`, name] as const);
  const marks = open.map(([name]) => `, steps.${name}.#status = :to, steps.${name}.endedAt = :at`);
  return moveJob(table, tableName, job.jobId, {
    ...{ by: end.by, to: status },
    set: `updatedAt = :at, #said = :said${marks.join("")}`,
    condition: "#status = :seen AND updatedAt = :seenAt",
    names: { "#said": attribute, ...Object.fromEntries(open) },
    values: {
      ":at": at,
      ":said": said,
      ":seen": job.status,
      ":seenAt": job.updatedAt,
    },
  });
}
