import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { batchArn } from "./arns";
import type { ComputeEnvironment, ComputeEnvironments } from "./computeEnvironments";
import { clientException } from "./errors";
import { objects, optionalChoice, optionalInteger, requiredText, textMap } from "./input";
import { checkName, isNamed } from "./names";
import type { Tags } from "./tags";

/** What ends a job that is stuck at the head of its queue. */
export interface TimeLimit {
  /** For example `CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY`. */
  readonly reason: string;
  readonly maxTimeSeconds: number;
}

export interface JobQueue {
  readonly name: string;
  readonly arn: string;
  readonly state: "ENABLED" | "DISABLED";
  readonly priority: number;
  /** In the order in which they are tried. */
  readonly environments: readonly ComputeEnvironment[];
  readonly timeLimits: readonly TimeLimit[];
  /** What DescribeJobQueues says of it, but for the tags of now. */
  readonly detail: JsonObject;
}

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateJobQueue.html */
export class JobQueues {
  readonly #all: JobQueue[] = [];

  constructor(
    private readonly account: Account,
    private readonly tags: Tags,
    private readonly computeEnvironments: ComputeEnvironments,
  ) {}

  get all(): readonly JobQueue[] {
    return this.#all;
  }

  /** @param input that of CreateJobQueue @returns the ARN @throws AwsError ClientException */
  create(input: JsonObject): string {
    const name = checkName("Job queue name", requiredText(input, "jobQueueName"));
    if (this.find(name)) throw clientException("Object already exists");
    const arn = batchArn(this.account, "job-queue", name);
    const state = optionalChoice(input, "state", ["ENABLED", "DISABLED"]) ?? "ENABLED";
    const priority = optionalInteger(input, "priority", [0, 1000]) ?? 0;
    const environments = this.#environments(input);
    const timeLimits = objects(input, "jobStateTimeLimitActions").map(readTimeLimit);
    this.tags.begin(arn, textMap(input, "tags"));
    const detail = {
      ...input,
      jobQueueArn: arn,
      state,
      status: "VALID",
      statusReason: "JobQueue Healthy",
      priority,
      computeEnvironmentOrder: environments.map((each, index) => ({
        order: index + 1,
        computeEnvironment: each.arn,
      })),
      jobQueueType: "ECS_FARGATE",
    };
    this.#all.push({ name, arn, state, priority, environments, timeLimits, detail });
    return arn;
  }

  find(nameOrArn: string): JobQueue | undefined {
    return this.#all.find((each) => isNamed(each, nameOrArn));
  }

  #environments(input: JsonObject): readonly ComputeEnvironment[] {
    const order = objects(input, "computeEnvironmentOrder").map((item) => ({
      order: optionalInteger(item, "order", [0, 2 ** 31 - 1]) ?? 0,
      name: requiredText(item, "computeEnvironment"),
    }));
    if (order.length === 0 || order.length > 3) {
      throw clientException("A job queue needs between 1 and 3 compute environments.");
    }
    return order
      .sort((a, b) => a.order - b.order)
      .map(({ name }) => {
        const environment = this.computeEnvironments.find(name);
        if (!environment) throw clientException(`ComputeEnvironment ${name} not found.`);
        return environment;
      });
  }
}

function readTimeLimit(input: JsonObject): TimeLimit {
  optionalChoice(input, "state", ["RUNNABLE"]);
  // Of the two actions of the API, TERMINATE is for SageMaker queues only.
  optionalChoice(input, "action", ["CANCEL"]);
  for (const name of ["state", "action"]) requiredText(input, name);
  const maxTimeSeconds = optionalInteger(input, "maxTimeSeconds", [600, 86_400]);
  if (maxTimeSeconds === undefined)
    throw clientException("Missing required request fields: [maxTimeSeconds].");
  return { reason: requiredText(input, "reason"), maxTimeSeconds };
}
