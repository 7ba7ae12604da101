import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBridgeEvent } from "aws-lambda";
import {
  consoleLogUrl,
  definitionName,
  ownerOf,
  progressOf,
  stepDetail,
  type BatchJobDetail,
} from "./lib/batchJob";
import { createJob } from "./lib/createJob";
import { followContainer, isNewer } from "./lib/followContainer";
import type { JobRecord, JsonObject } from "./lib/job";
import { changeJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";
import { steadyClient } from "./lib/steadyClient";

export interface RecordBatchJobsSettings {
  readonly tableName: string;
  readonly logGroupName: string;
  /** JSON: for each job definition's name, the process and step that it belongs to. */
  readonly definitions: string;
  /** How long a job is kept after it was submitted, in days. */
  readonly retentionDays: number;
}

type Event = EventBridgeEvent<"Batch Job State Change", BatchJobDetail>;

/**
 * Follows containers: shows how far a workflow's container has come, and makes jobs of those that were submitted
 * straight to the queue. Events arrive more than once and in any order; one that is older than the record does nothing.
 */
export const recordBatchJobs = (settings: RecordBatchJobsSettings) => {
  const client = new DynamoDBClient(steadyClient);
  const definitions = JSON.parse(settings.definitions) as Partial<Record<string, DefinitionOwner>>;
  return async (event: Event): Promise<void> => {
    const { detail, region } = event;
    const step = stepDetail(detail, (stream) => consoleLogUrl(region, settings.logGroupName, stream));
    const owner = ownerOf(detail);
    if (owner) {
      await showProgress(client, settings.tableName, owner, detail, step);
      return;
    }
    const definition = definitions[definitionName(detail.jobDefinition)];
    if (!definition)
      return logEvent("container of an unknown job definition", { jobDefinition: detail.jobDefinition });
    await followDirect(client, settings, definition, detail, step, event.time);
  };
};

interface DefinitionOwner {
  readonly process: string;
  readonly step: string;
}

/** A newer state of a step's container. How the step itself ends is for the workflow to record. */
function showProgress(
  client: DynamoDBClient,
  tableName: string,
  { jobId, step }: { readonly jobId: string; readonly step: string },
  detail: BatchJobDetail,
  shown: JsonObject,
): Promise<boolean> {
  return changeJob(client, tableName, jobId, {
    update: "SET steps.#step.detail = :detail",
    condition: `attribute_exists(steps.#step) AND attribute_exists(#status) AND ${isNewer}`,
    names: { "#step": step },
    values: { ":detail": shown, ":progress": progressOf(detail) },
  });
}

/** A job that someone submitted straight to the queue: recorded when it is first heard of, then followed to its end. */
async function followDirect(
  client: DynamoDBClient,
  settings: RecordBatchJobsSettings,
  { process, step }: DefinitionOwner,
  detail: BatchJobDetail,
  shown: JsonObject,
  now: string,
): Promise<void> {
  const job = directJob(settings, process, step, detail, now);
  if (await createJob(client, settings.tableName, job, "appear")) {
    logEvent("job submitted to the queue", { jobId: job.jobId, process, status: job.status });
  }
  await followContainer(client, settings.tableName, { process, step, detail, shown, at: now });
}

function directJob(
  { retentionDays }: RecordBatchJobsSettings,
  process: string,
  step: string,
  { jobId, createdAt = Date.now(), parameters = {} }: BatchJobDetail,
  now: string,
): JobRecord {
  return {
    jobId,
    process,
    status: "RUNNING",
    parameters: JSON.stringify(parameters),
    source: "batch",
    requestedBy: "submitted to the queue",
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: now,
    steps: { [step]: { status: "RUNNING", startedAt: new Date(createdAt).toISOString() } },
    expiresAt: Math.floor(createdAt / 1000) + retentionDays * 86_400,
  };
}
