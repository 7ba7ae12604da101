import type { JsonObject } from "../jsonProtocol";
import { override, overridesFailure, type ContainerProperties } from "./containerProperties";
import { clientException } from "./errors";
import { checkFargateResources } from "./fargateResources";
import {
  objects,
  optionalChoice,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  requiredText,
  textMap,
} from "./input";
import type { JobDefinition, JobDefinitions } from "./jobDefinitions";
import type { JobQueue, JobQueues } from "./jobQueues";
import type { Job } from "./job";
import { checkName } from "./names";
import { readRetryStrategy, type RetryStrategy } from "./retryStrategy";
import { readTimeout } from "./timeout";

export type Dependency =
  { readonly type?: "N_TO_N"; readonly job: Job } | { readonly type: "SEQUENTIAL"; readonly job?: undefined };

/** A valid SubmitJob: what was asked for, over what the job definition says. */
export interface Submission {
  readonly jobName: string;
  readonly queue: JobQueue;
  readonly definition: JobDefinition;
  readonly parameters: Readonly<Record<string, string>>;
  readonly container: ContainerProperties;
  readonly retryStrategy: RetryStrategy;
  readonly timeoutSeconds: number | undefined;
  readonly dependsOn: readonly Dependency[];
  /** Of an array job. */
  readonly arraySize: number | undefined;
  readonly propagateTags: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Why such a job is accepted and fails before anything else. */
  readonly failure: string | undefined;
}

export interface SubmissionContext {
  readonly queues: JobQueues;
  readonly definitions: JobDefinitions;
  readonly findJob: (jobId: string) => Job | undefined;
}

const unsupported = ["nodeOverrides", "eksPropertiesOverride", "ecsPropertiesOverride", "shareIdentifier"];

/**
 * Reads the input of SubmitJob.
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
 * @throws AwsError ClientException in AWS's words where they are known
 */
export function readSubmission(input: JsonObject, context: SubmissionContext): Submission {
  const jobName = checkName("Job name", requiredText(input, "jobName"));
  const other = unsupported.find((name) => input[name] !== undefined);
  if (other !== undefined) throw clientException(`${other} does not apply to jobs on Fargate resources.`);
  const queue = openQueue(context.queues, requiredText(input, "jobQueue"));
  const definition = context.definitions.get(requiredText(input, "jobDefinition"));
  const overrides = optionalObject(input, "containerOverrides") ?? {};
  const container = override(definition.container, overrides);
  checkFargateResources(container);
  const array = optionalObject(input, "arrayProperties");
  const arraySize = array && optionalInteger(array, "size", [2, 10_000]);
  return {
    jobName,
    queue,
    definition,
    container,
    arraySize,
    parameters: { ...definition.parameters, ...textMap(input, "parameters") },
    retryStrategy: readRetryStrategy(input) ??
      definition.retryStrategy ?? { attempts: 1, evaluateOnExit: [] },
    timeoutSeconds: readTimeout(input) ?? definition.timeoutSeconds,
    dependsOn: readDependencies(input, arraySize, context),
    propagateTags: optionalFlag(input, "propagateTags") ?? definition.propagateTags,
    tags: textMap(input, "tags"),
    failure: overridesFailure(overrides),
  };
}

function openQueue(queues: JobQueues, nameOrArn: string): JobQueue {
  const queue = queues.find(nameOrArn);
  if (!queue) throw clientException(`JobQueue ${nameOrArn} not found.`);
  if (queue.state === "DISABLED") {
    throw clientException(`JobQueue ${nameOrArn} is DISABLED and does not accept jobs.`);
  }
  return queue;
}

function readDependencies(
  input: JsonObject,
  arraySize: number | undefined,
  { findJob }: SubmissionContext,
): readonly Dependency[] {
  const dependencies = objects(input, "dependsOn");
  if (dependencies.length > 20) throw clientException("A job can depend on at most 20 jobs.");
  return dependencies.map((dependency): Dependency => {
    const type = optionalChoice(dependency, "type", ["N_TO_N", "SEQUENTIAL"]);
    const jobId = optionalText(dependency, "jobId");
    if (type !== undefined && arraySize === undefined) {
      throw clientException(`A dependency of type ${type} is for array jobs only.`);
    }
    if (type === "SEQUENTIAL") {
      if (jobId !== undefined) throw clientException("A dependency of type SEQUENTIAL takes no jobId.");
      return { type };
    }
    const job = findJob(requiredText({ jobId }, "jobId"));
    if (!job) throw clientException(`Job ${jobId} in dependsOn not found.`);
    if (type === undefined) return { job };
    if (job.children.length !== arraySize) {
      throw clientException(`A dependency of type N_TO_N needs an array job of the same size: ${jobId}`);
    }
    return { type, job };
  });
}
