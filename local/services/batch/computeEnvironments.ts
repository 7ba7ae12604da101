import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { batchArn, ecsArn } from "./arns";
import { clientException } from "./errors";
import { optionalChoice, optionalInteger, optionalObject, requiredText, textMap } from "./input";
import { checkName, isNamed } from "./names";
import type { Tags } from "./tags";

/** A managed compute environment on Fargate. */
export interface ComputeEnvironment {
  readonly name: string;
  readonly arn: string;
  readonly state: "ENABLED" | "DISABLED";
  /** How many virtual CPUs its jobs have together. */
  readonly maxvCpus: number;
  /** The ECS cluster behind it. */
  readonly cluster: string;
  /** What DescribeComputeEnvironments says of it, but for the tags of now. */
  readonly detail: JsonObject;
}

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateComputeEnvironment.html */
export class ComputeEnvironments {
  readonly #all: ComputeEnvironment[] = [];

  constructor(
    private readonly account: Account,
    private readonly tags: Tags,
  ) {}

  get all(): readonly ComputeEnvironment[] {
    return this.#all;
  }

  /** @param input that of CreateComputeEnvironment @returns the ARN @throws AwsError ClientException */
  create(input: JsonObject): string {
    const name = checkName("Compute environment name", requiredText(input, "computeEnvironmentName"));
    if (this.find(name)) throw clientException("Object already exists");
    const arn = batchArn(this.account, "compute-environment", name);
    const resources = readResources(input);
    const state = optionalChoice(input, "state", ["ENABLED", "DISABLED"]) ?? "ENABLED";
    const uuid = randomUUID();
    const cluster = `AWSBatch-${name}-${uuid}`;
    this.tags.begin(arn, textMap(input, "tags"));
    const detail = {
      ...input,
      computeEnvironmentArn: arn,
      ecsClusterArn: ecsArn(this.account, `cluster/${cluster}`),
      state,
      status: "VALID",
      statusReason: "ComputeEnvironment Healthy",
      containerOrchestrationType: "ECS",
      uuid,
    };
    this.#all.push({ name, arn, state, ...resources, cluster, detail });
    return arn;
  }

  find(nameOrArn: string): ComputeEnvironment | undefined {
    return this.#all.find((each) => isNamed(each, nameOrArn));
  }
}

function readResources(input: JsonObject): { maxvCpus: number } {
  const type = requiredText(input, "type");
  const resources = optionalObject(input, "computeResources") ?? {};
  const kind = requiredText(resources, "type");
  if (type !== "MANAGED" || (kind !== "FARGATE" && kind !== "FARGATE_SPOT")) {
    throw clientException(
      `The local cloud has only compute environments of type MANAGED with FARGATE or FARGATE_SPOT, not ${type} with ${kind}`,
    );
  }
  const maxvCpus = optionalInteger(resources, "maxvCpus", [1, 1_000_000]);
  if (maxvCpus === undefined) throw clientException("Missing required request fields: [maxvCpus].");
  return { maxvCpus };
}
