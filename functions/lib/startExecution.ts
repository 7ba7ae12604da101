import { ExecutionAlreadyExists, StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { containerEnvironment } from "./containerEnvironment";
import type { JobRecord, JsonObject } from "./job";
import { ownTag, type TaggedProcesses } from "./tags/jobTags";

/** What starting the workflow of a job takes. */
export interface WorkflowSettings {
  /** JSON: for each process the name of its state machine. */
  readonly stateMachineNames: string;
  /** What comes before the name in a state machine's ARN, for example `arn:aws:states:eu-west-1:123456789012:stateMachine:`. */
  readonly stateMachineArnPrefix: string;
  /** For each process the revision of its workflow. */
  readonly revisions: Readonly<Record<string, string>>;
  /** The processes that run containers, which find the job in their environment. */
  readonly containerProcesses: readonly string[];
  /** The processes whose containers and outputs carry the tags of a group. */
  readonly taggedProcesses: TaggedProcesses;
  /** Where containers leave outputs, for example `s3://bucket/outputs`; empty without any. */
  readonly outputsUrl: string;
}

/** An execution that is to be started. */
export interface NewExecution {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly arn: string;
}

/** The execution of a job under a name; nothing when its process is no longer in the catalogue. */
export function executionOf(
  { stateMachineNames, stateMachineArnPrefix }: WorkflowSettings,
  process: string,
  name: string,
): NewExecution | undefined {
  const names = JSON.parse(stateMachineNames) as Readonly<Record<string, string>>;
  const stateMachine = Object.hasOwn(names, process) ? names[process] : undefined;
  if (stateMachine === undefined) return undefined;
  const executions = stateMachineArnPrefix.replace(/:stateMachine:$/, ":execution:");
  return {
    stateMachineArn: `${stateMachineArnPrefix}${stateMachine}`,
    name,
    arn: `${executions}${stateMachine}:${name}`,
  };
}

/** Starts an execution for a job; one that was started before is no error. */
export async function startExecution(
  workflows: SFNClient,
  settings: WorkflowSettings,
  { stateMachineArn, name }: NewExecution,
  job: JobRecord,
): Promise<void> {
  const input = executionInput(settings, job);
  try {
    await workflows.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (error) {
    // A record that is delivered again after its execution ended.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

function executionInput(
  { containerProcesses, taggedProcesses, outputsUrl }: WorkflowSettings,
  job: JobRecord,
): string {
  const { jobId, process, client = null } = job;
  const parameters = JSON.parse(job.parameters) as JsonObject;
  const environment = containerProcesses.includes(process)
    ? { environment: containerEnvironment(jobId, parameters, outputsUrl) }
    : {};
  // A job that began before its process had a group has none of its tags, but the workflow asks for some.
  const tags = Object.hasOwn(taggedProcesses, process)
    ? { tags: job.tags ?? ownTag(taggedProcesses, process) }
    : {};
  return JSON.stringify({ jobId, process, client, parameters, results: {}, ...environment, ...tags });
}
