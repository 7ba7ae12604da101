import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { egressProcess } from "./egress/egressProcess";
import { sendEgress } from "./egress/sendEgress";
import type { JobRecord } from "./job";
import { logEvent } from "./logEvent";
import { moveJob } from "./moveJob";
import { executionOf, startExecution, type NewExecution, type WorkflowSettings } from "./startExecution";
import { tagsForJob } from "./tags/jobTags";
import type { Tags } from "./tags/tagGroup";

export interface StartSettings extends WorkflowSettings {
  readonly tableName: string;
  /** Where jobs go that a webhook has started; empty without a platform. */
  readonly egressQueueUrl: string;
  /** The table of tag groups; empty when no process has one. */
  readonly tagGroupsTable: string;
}

export interface StartServices {
  readonly settings: StartSettings;
  readonly table: DynamoDBClient;
  readonly workflows: SFNClient;
  readonly queues: SQSClient;
}

/**
 * Starts a job that was recorded. Those of the catalogue have a workflow, whose execution is named after the job, so
 * starting twice is harmless; those of a webhook have a message.
 */
export async function startJob(services: StartServices, job: JobRecord): Promise<void> {
  const { settings, table, workflows } = services;
  const { jobId, process } = job;
  if (process === egressProcess && settings.egressQueueUrl !== "") return startEgress(services, job);
  const execution = executionOf(settings, process, jobId);
  if (!execution) return refuse(services, job);
  const tags = await tagsForJob(table, settings.tagGroupsTable, settings.taggedProcesses, job);
  if (!(await markRunning(table, settings, job, execution, tags))) {
    return logEvent("job is not to be started any more", { jobId, process });
  }
  await startExecution(workflows, settings, execution, tags ? { ...job, tags } : job);
  logEvent("job started", { jobId, process, status: "RUNNING" });
}

/**
 * Before the execution starts, so that RUNNING never overwrites what the execution itself records. Answers whether the
 * job is to be started: not if it was cancelled before; but again if an earlier try came this far.
 */
function markRunning(
  table: DynamoDBClient,
  { tableName, revisions }: StartSettings,
  { jobId, process }: JobRecord,
  { arn }: NewExecution,
  tags: Tags | undefined,
): Promise<boolean> {
  return moveJob(table, tableName, jobId, {
    ...{ by: "start", to: "RUNNING" },
    set: `executionArn = :arn, revision = :revision, updatedAt = :now${tags ? ", tags = :tags" : ""}`,
    condition: "attribute_not_exists(redriveCount)",
    values: {
      ...{ ":arn": arn, ":revision": revisions[process] ?? "", ":now": new Date().toISOString() },
      ...(tags ? { ":tags": tags } : {}),
    },
  });
}

/** A message that comes twice finds its output delivered. */
async function startEgress({ table, queues, settings }: StartServices, job: JobRecord): Promise<void> {
  const { jobId, process } = job;
  await moveJob(table, settings.tableName, jobId, {
    ...{ by: "start", to: "RUNNING" },
    set: "updatedAt = :now, steps.#step.#status = :to, steps.#step.startedAt = :now",
    condition: "steps.#step.#status = :pending",
    names: { "#step": egressProcess },
    values: { ":pending": "PENDING", ":now": new Date().toISOString() },
  });
  await sendEgress(queues, settings.egressQueueUrl, jobId);
  logEvent("job started", { jobId, process, status: "RUNNING" });
}

/** The process left the catalogue between the submission and now: its job ends with a reason. */
async function refuse({ table, settings }: StartServices, job: JobRecord): Promise<void> {
  await moveJob(table, settings.tableName, job.jobId, {
    ...{ by: "refuse", to: "FAILED" },
    set: "#error = :error, updatedAt = :now",
    names: { "#error": "error" },
    values: {
      ":error": { code: "UnknownProcess", cause: `"${job.process}" is no longer in the catalogue.` },
      ":now": new Date().toISOString(),
    },
  });
}
