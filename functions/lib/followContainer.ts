import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { containerCause, endOf, progressOf, type BatchJobDetail } from "./batchJob";
import type { JsonObject } from "./job";
import { logEvent } from "./logEvent";
import { moveJob } from "./moveJob";

/** A state of the container of a job that was submitted straight to the queue. */
export interface ContainerState {
  readonly process: string;
  readonly step: string;
  readonly detail: BatchJobDetail;
  /** What the step shows of it. */
  readonly shown: JsonObject;
  /** When it came about, ISO 8601. */
  readonly at: string;
}

/** Holds while the step shows an older state of its container than `:progress`. */
export const isNewer =
  "(attribute_not_exists(steps.#step.detail.progress) OR steps.#step.detail.progress < :progress)";

/** Records how far the container of a job has come that it is the whole of. Answers whether that was news. */
export async function followContainer(
  client: DynamoDBClient,
  tableName: string,
  { process, step, detail, shown, at }: ContainerState,
): Promise<boolean> {
  const { to, set, names, values } = standing(step, detail);
  const changed = await moveJob(client, tableName, detail.jobId, {
    ...{ by: "follow", to },
    set: `updatedAt = :now, steps.#step.detail = :detail, steps.#step.#status = :stepStatus${set}`,
    condition: isNewer,
    names: { "#step": step, ...names },
    values: { ":detail": shown, ":progress": progressOf(detail), ":now": at, ...values },
  });
  if (changed) logEvent("container changed", { jobId: detail.jobId, process, step, status: detail.status });
  return changed;
}

/** What the record says of the state that the container has come to. */
function standing(step: string, detail: BatchJobDetail) {
  const end = endOf(detail);
  if (end === undefined) {
    return { to: "RUNNING" as const, set: "", names: {}, values: { ":stepStatus": "RUNNING" } };
  }
  if (end === "SUCCEEDED") {
    return {
      to: end,
      set: ", steps.#step.endedAt = :now, #result = :result",
      names: { "#result": "result" },
      values: { ":stepStatus": end, ":result": JSON.stringify({ [step]: { exitCode: 0 } }) },
    };
  }
  const error = { code: "ContainerFailed", cause: containerCause(detail), step };
  return {
    to: end,
    set: ", steps.#step.endedAt = :now, #error = :error",
    names: { "#error": "error" },
    values: { ":stepStatus": "FAILED", ":error": error },
  };
}
