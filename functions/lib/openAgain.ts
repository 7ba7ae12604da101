import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { JobRecord, StepRecord } from "./job";
import { moveJob } from "./moveJob";

/** How a job that has ended becomes RUNNING again. */
export interface Opening {
  readonly redriveCount: number;
  /** Another execution than it had. */
  readonly execution?: { readonly arn: string; readonly revision: string };
  /** The steps that run again. */
  readonly steps: readonly string[];
  /** What it has no longer. */
  readonly forgets: readonly string[];
}

/** Most of a step's earlier runs that are kept. */
const earlierKept = 20;

/** Opens a job that is still as it was read; answers when that was, or nothing if it is not. */
export async function openAgain(
  table: DynamoDBClient,
  tableName: string,
  job: JobRecord,
  { redriveCount, execution, steps, forgets }: Opening,
): Promise<string | undefined> {
  const now = new Date().toISOString();
  const fresh = steps.map((name, index) => [`#step${index}`, `:step${index}`, name] as const);
  const sets = [
    ...["updatedAt = :now", "redriveCount = :redriveCount"],
    ...(execution ? ["executionArn = :arn", "revision = :revision"] : []),
    ...fresh.map(([name, value]) => `steps.${name} = ${value}`),
  ];
  const opened = await moveJob(table, tableName, job.jobId, {
    ...{ by: "redrive", to: "RUNNING" },
    set: sets.join(", "),
    remove: ["#error", "#result", ...forgets].join(", "),
    condition: "#status = :seen AND updatedAt = :seenAt",
    names: {
      ...{ "#error": "error", "#result": "result" },
      ...Object.fromEntries(fresh.map(([placeholder, , name]) => [placeholder, name])),
    },
    values: {
      ...{ ":now": now, ":redriveCount": redriveCount },
      ...{ ":seen": job.status, ":seenAt": job.updatedAt },
      ...(execution ? { ":arn": execution.arn, ":revision": execution.revision } : {}),
      ...Object.fromEntries(fresh.map(([, value, name]) => [value, freshStep(job.steps[name])])),
    },
  });
  return opened ? now : undefined;
}

/** A job that can be redriven. */
export type FailedJob = JobRecord & { readonly status: "FAILED" | "TIMED_OUT" };

/** Gives a job its end back, if nothing has happened to it since it was opened. */
export function closeAgain(
  table: DynamoDBClient,
  tableName: string,
  job: FailedJob,
  openedAt: string,
): Promise<boolean> {
  return moveJob(table, tableName, job.jobId, {
    ...{ by: "giveUp", to: job.status },
    set: "#error = :error, updatedAt = :seenAt",
    condition: "updatedAt = :openedAt",
    names: { "#error": "error" },
    values: {
      ":openedAt": openedAt,
      ":seenAt": job.updatedAt,
      ":error": job.error ?? { code: job.status },
    },
  });
}

/** A step that has not run yet, and how it went before. */
function freshStep(step: StepRecord | undefined): StepRecord {
  if (step === undefined || step.status === "PENDING") return { status: "PENDING" };
  const { earlier = [], ...run } = step;
  return { status: "PENDING", earlier: [...earlier, run].slice(-earlierKept) };
}
