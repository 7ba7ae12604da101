import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { containerEnvironment } from "./lib/containerEnvironment";
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
}

/**
 * Starts the workflow of each job that was recorded: the one place where jobs start, whatever their source.
 * The execution is named after the job, so starting twice is harmless.
 */
export const startJobs = (settings: StartJobsSettings) => {
  const { tableName, stateMachineArnPrefix } = settings;
  const names = JSON.parse(settings.stateMachineNames) as Partial<Record<string, string>>;
  const table = new DynamoDBClient({});
  const workflows = new SFNClient({});

  const start = async (job: JobRecord): Promise<void> => {
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
