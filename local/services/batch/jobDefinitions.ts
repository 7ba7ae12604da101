import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { batchArn } from "./arns";
import { readContainerProperties, type ContainerProperties } from "./containerProperties";
import { clientException } from "./errors";
import { checkFargateResources } from "./fargateResources";
import { optionalFlag, optionalObject, requiredText, textMap, texts } from "./input";
import { checkName } from "./names";
import { readRetryStrategy, type RetryStrategy } from "./retryStrategy";
import type { Tags } from "./tags";
import { readTimeout } from "./timeout";

/** A revision of a job definition. */
export interface JobDefinition {
  readonly name: string;
  readonly revision: number;
  /** With the revision. */
  readonly arn: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly container: ContainerProperties;
  readonly retryStrategy: RetryStrategy | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly propagateTags: boolean;
  readonly platformCapabilities: readonly string[];
  /** What DescribeJobDefinitions says of it, but for the tags of now. */
  readonly detail: JsonObject;
}

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html */
export class JobDefinitions {
  readonly #all: JobDefinition[] = [];

  constructor(
    private readonly account: Account,
    private readonly tags: Tags,
  ) {}

  get all(): readonly JobDefinition[] {
    return this.#all;
  }

  /** @param input that of RegisterJobDefinition @returns the ARN with the new revision @throws AwsError ClientException */
  register(input: JsonObject): string {
    const name = checkName("Job definition name", requiredText(input, "jobDefinitionName"));
    const revision = this.#revisions(name).length + 1;
    const arn = batchArn(this.account, "job-definition", `${name}:${revision}`);
    const content = readContent(input);
    this.tags.begin(arn, textMap(input, "tags"));
    const detail = { ...input, jobDefinitionArn: arn, revision, status: "ACTIVE" };
    this.#all.push({ name, revision, arn, ...content, detail });
    return arn;
  }

  /** The revision that a name, `name:revision` or an ARN with or without revision says; without one, the latest. */
  find(nameOrArn: string): JobDefinition | undefined {
    const prefix = batchArn(this.account, "job-definition", "");
    const name = nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : nameOrArn;
    return this.#all.find((each) => `${each.name}:${each.revision}` === name) ?? this.#revisions(name).at(-1);
  }

  /** @throws AwsError ClientException in AWS's words when there is none */
  get(nameOrArn: string): JobDefinition {
    const found = this.find(nameOrArn);
    if (found) return found;
    throw clientException(
      nameOrArn.startsWith("arn:")
        ? `JobDefinition ${nameOrArn} not found.`
        : `JobDefinition name ${nameOrArn} does not exist or is not in ACTIVE status`,
    );
  }

  #revisions(name: string): readonly JobDefinition[] {
    return this.#all.filter((each) => each.name === name);
  }
}

function readContent(input: JsonObject): Omit<JobDefinition, "name" | "revision" | "arn" | "detail"> {
  const type = requiredText(input, "type");
  const properties = optionalObject(input, "containerProperties");
  if (type !== "container" || !properties) {
    throw clientException(
      "The local cloud has only job definitions of type container with containerProperties",
    );
  }
  const container = readContainerProperties(properties);
  const platformCapabilities = texts(input, "platformCapabilities");
  if (!platformCapabilities.includes("FARGATE")) {
    throw clientException(
      "The local cloud has only job definitions with FARGATE among their platformCapabilities",
    );
  }
  checkFargateResources(container);
  if (container.executionRoleArn === undefined) {
    throw clientException("executionRoleArn is required for Fargate jobs.");
  }
  return {
    container,
    platformCapabilities,
    parameters: textMap(input, "parameters"),
    retryStrategy: readRetryStrategy(input),
    timeoutSeconds: readTimeout(input),
    propagateTags: optionalFlag(input, "propagateTags") ?? false,
  };
}
