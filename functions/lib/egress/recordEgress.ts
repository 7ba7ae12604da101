import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { CopyingRecord, DeliveryRecord, OutputsRecord } from "../job";
import { changeJob } from "../jobsTable";
import { moveJob } from "../moveJob";
import type { Delivered } from "./deliverOutput";
import { egressProcess } from "./egressProcess";

/** Where the record of a job is. */
export interface JobPlace {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly jobId: string;
}

const step = { "#step": egressProcess };

/** The output lies in the bucket: the job has succeeded. Answers whether it was still open. */
export function recordDelivered(
  { client, tableName, jobId }: JobPlace,
  delivered: Delivered,
  prefix: string,
): Promise<boolean> {
  const now = new Date().toISOString();
  const outputs: OutputsRecord = { prefix, objects: 1, bytes: delivered.bytes, copiedAt: now };
  return moveJob(client, tableName, jobId, {
    ...{ by: "deliver", to: "SUCCEEDED" },
    set:
      "updatedAt = :now, #result = :result, outputs = :outputs, " +
      "steps.#step.#status = :to, steps.#step.endedAt = :now",
    remove: "delivery",
    names: { ...step, "#result": "result" },
    values: {
      ":now": now,
      ":result": JSON.stringify({ [egressProcess]: delivered }),
      ":outputs": outputs,
    },
  });
}

/** The output cannot be delivered: the job has failed. Answers whether it was still open. */
export function recordUndelivered(
  { client, tableName, jobId }: JobPlace,
  error: { readonly code: string; readonly cause: string },
): Promise<boolean> {
  return moveJob(client, tableName, jobId, {
    ...{ by: "deliver", to: "FAILED" },
    set: "updatedAt = :now, #error = :error, steps.#step.#status = :to, steps.#step.endedAt = :now",
    remove: "delivery",
    names: { ...step, "#error": "error" },
    values: {
      ":now": new Date().toISOString(),
      ":error": { ...error, step: egressProcess },
    },
  });
}

/** How far a delivery has come that another invocation continues; nothing when it has to begin anew. */
export function recordProgress(
  { client, tableName, jobId }: JobPlace,
  delivery: DeliveryRecord | undefined,
  detail: string,
): Promise<boolean> {
  return changeJob(client, tableName, jobId, {
    update:
      "SET updatedAt = :now, steps.#step.detail = :detail" +
      (delivery === undefined ? " REMOVE delivery" : ", delivery = :delivery"),
    condition: "#status = :running",
    names: step,
    values: {
      ":running": "RUNNING",
      ":now": new Date().toISOString(),
      ":detail": { note: detail },
      ...(delivery === undefined ? {} : { ":delivery": delivery }),
    },
  });
}

/** How far the copying of a job's own outputs has come. */
export function recordCopying(
  { client, tableName, jobId }: JobPlace,
  copying: CopyingRecord,
): Promise<boolean> {
  return changeJob(client, tableName, jobId, {
    update: "SET copying = :copying",
    condition: "attribute_exists(#status) AND attribute_not_exists(outputs)",
    values: { ":copying": copying },
  });
}

/** The outputs of a job of the catalogue lie where they last. Answers whether they did not before. */
export function recordCopied(
  { client, tableName, jobId }: JobPlace,
  copied: Omit<OutputsRecord, "copiedAt">,
): Promise<boolean> {
  const copiedAt = new Date().toISOString();
  return changeJob(client, tableName, jobId, {
    update: "SET outputs = :outputs REMOVE copying",
    condition: "attribute_exists(#status) AND attribute_not_exists(outputs)",
    values: { ":outputs": { ...copied, copiedAt } },
  });
}
