import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { egressProcess } from "./lib/egress/egressProcess";
import type { JobRecord } from "./lib/job";
import { changeJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";
import { executionOf, startExecution, type NewExecution, type WorkflowSettings } from "./lib/startExecution";
import { handleJobChanges } from "./lib/streamBatch";
import { tagsForJob } from "./lib/tags/jobTags";
import type { Tags } from "./lib/tags/tagGroup";

export interface StartJobsSettings extends WorkflowSettings {
  readonly tableName: string;
  /** Where jobs go that a webhook has started; empty without a platform. */
  readonly egressQueueUrl: string;
  /** The table of tag groups; empty when no process has one. */
  readonly tagGroupsTable: string;
}

/**
 * Starts each job that was recorded: the one place where jobs start, whatever their source. Those of the catalogue have
 * a workflow, whose execution is named after the job, so starting twice is harmless; those of a webhook have a message.
 */
export const startJobs = (settings: StartJobsSettings) => {
  const { tableName } = settings;
  const table = new DynamoDBClient({});
  const workflows = new SFNClient({});
  const queues = new SQSClient({});

  const start = async (job: JobRecord): Promise<void> => {
    const { jobId, process } = job;
    const startsEgress = process === egressProcess && settings.egressQueueUrl !== "";
    if (startsEgress) return startEgress(table, queues, settings, job);
    const execution = executionOf(settings, process, jobId);
    if (!execution) return refuse(table, tableName, job);
    const tags = await tagsForJob(table, settings.tagGroupsTable, settings.taggedProcesses, job);
    if (!(await markRunning(table, settings, job, execution, tags))) {
      return logEvent("job is not to be started any more", { jobId, process });
    }
    await startExecution(workflows, settings, execution, tags ? { ...job, tags } : job);
    logEvent("job started", { jobId, process, status: "RUNNING" });
  };
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => handleJobChanges(event, start);
};

/**
 * Before the execution starts, so that RUNNING never overwrites what the execution itself records. Answers whether the
 * job is to be started: not if it was cancelled before; but again if an earlier try came this far.
 */
function markRunning(
  table: DynamoDBClient,
  { tableName, revisions }: StartJobsSettings,
  { jobId, process }: JobRecord,
  { arn }: NewExecution,
  tags: Tags | undefined,
): Promise<boolean> {
  return changeJob(table, tableName, jobId, {
    update: `SET #status = :running, executionArn = :arn, revision = :revision, updatedAt = :now${tags ? ", tags = :tags" : ""}`,
    condition: "#status = :submitted OR (#status = :running AND attribute_not_exists(redriveCount))",
    values: {
      ":running": "RUNNING",
      ":submitted": "SUBMITTED",
      ":arn": arn,
      ":revision": revisions[process] ?? "",
      ":now": new Date().toISOString(),
      ...(tags ? { ":tags": tags } : {}),
    },
  });
}

/** A message that comes twice finds its output delivered. */
async function startEgress(
  table: DynamoDBClient,
  queues: SQSClient,
  { tableName, egressQueueUrl }: StartJobsSettings,
  { jobId, process }: JobRecord,
): Promise<void> {
  const now = new Date().toISOString();
  await changeJob(table, tableName, jobId, {
    update:
      "SET #status = :running, updatedAt = :now, steps.#step.#status = :running, steps.#step.startedAt = :now",
    condition: "#status = :submitted",
    names: { "#step": egressProcess },
    values: { ":running": "RUNNING", ":submitted": "SUBMITTED", ":now": now },
  });
  await queues.send(
    new SendMessageCommand({ QueueUrl: egressQueueUrl, MessageBody: JSON.stringify({ jobId }) }),
  );
  logEvent("job started", { jobId, process, status: "RUNNING" });
}

/** The process left the catalogue between the submission and now: its job ends with a reason. */
async function refuse(table: DynamoDBClient, tableName: string, job: JobRecord): Promise<void> {
  await changeJob(table, tableName, job.jobId, {
    update: "SET #status = :failed, #error = :error, updatedAt = :now",
    condition: "#status = :submitted",
    names: { "#error": "error" },
    values: {
      ":failed": "FAILED",
      ":submitted": "SUBMITTED",
      ":error": { code: "UnknownProcess", cause: `"${job.process}" is no longer in the catalogue.` },
      ":now": new Date().toISOString(),
    },
  });
}
