import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { containerEnvironment } from "./lib/containerEnvironment";
import { egressProcess } from "./lib/egress/egressProcess";
import type { JobRecord, JsonObject } from "./lib/job";
import { changeJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";
import { handleJobChanges } from "./lib/streamBatch";

export interface StartJobsSettings {
  readonly tableName: string;
  /** JSON: for each process the name of its state machine. */
  readonly stateMachineNames: string;
  /** What comes before the name in a state machine's ARN, for example `arn:aws:states:eu-west-1:123456789012:stateMachine:`. */
  readonly stateMachineArnPrefix: string;
  /** The processes that run containers, which find the job in their environment. */
  readonly containerProcesses: readonly string[];
  /** Where containers leave outputs, for example `s3://bucket/outputs`; empty without any. */
  readonly outputsUrl: string;
  /** Where jobs go that a webhook has started; empty without a platform. */
  readonly egressQueueUrl: string;
}

/**
 * Starts each job that was recorded: the one place where jobs start, whatever their source. Those of the catalogue have
 * a workflow, whose execution is named after the job, so starting twice is harmless; those of a webhook have a message.
 */
export const startJobs = (settings: StartJobsSettings) => {
  const { tableName, stateMachineArnPrefix } = settings;
  const names = JSON.parse(settings.stateMachineNames) as Partial<Record<string, string>>;
  const table = new DynamoDBClient({});
  const workflows = new SFNClient({});
  const queues = new SQSClient({});

  const start = async (job: JobRecord): Promise<void> => {
    const startsEgress = job.process === egressProcess && settings.egressQueueUrl !== "";
    if (startsEgress) return startEgress(table, queues, settings, job);
    const name = names[job.process];
    if (name === undefined) return refuse(table, tableName, job);
    const executionArn = `${stateMachineArnPrefix.replace(/:stateMachine:$/, ":execution:")}${name}:${job.jobId}`;
    await markRunning(table, tableName, job, executionArn);
    await startExecution(
      workflows,
      `${stateMachineArnPrefix}${name}`,
      job.jobId,
      executionInput(settings, job),
    );
    logEvent("job started", { jobId: job.jobId, process: job.process, status: "RUNNING" });
  };
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => handleJobChanges(event, start);
};

/** Before the execution starts, so that RUNNING never overwrites what the execution itself records. */
function markRunning(table: DynamoDBClient, tableName: string, job: JobRecord, executionArn: string) {
  return changeJob(table, tableName, job.jobId, {
    update: "SET #status = :running, executionArn = :arn, updatedAt = :now",
    condition: "#status = :submitted",
    values: {
      ":running": "RUNNING",
      ":submitted": "SUBMITTED",
      ":arn": executionArn,
      ":now": new Date().toISOString(),
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

function executionInput({ containerProcesses, outputsUrl }: StartJobsSettings, job: JobRecord): string {
  const { jobId, process, client = null } = job;
  const parameters = JSON.parse(job.parameters) as JsonObject;
  const environment = containerProcesses.includes(process)
    ? { environment: containerEnvironment(jobId, parameters, outputsUrl) }
    : {};
  return JSON.stringify({ jobId, process, client, parameters, results: {}, ...environment });
}

async function startExecution(
  workflows: SFNClient,
  stateMachineArn: string,
  name: string,
  input: string,
): Promise<void> {
  try {
    await workflows.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (error) {
    // A record that is delivered again after its execution ended.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
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
