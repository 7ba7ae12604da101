import type { JsonObject } from "../jsonProtocol";
import { clientException } from "./errors";
import { objects, optionalText, requiredText, texts } from "./input";

export interface KeyValue {
  readonly name: string;
  readonly value: string;
}

export interface ResourceRequirement {
  readonly type: string;
  readonly value: string;
}

/** What a container runs with; `rest` is what the local cloud only shows. */
export interface ContainerProperties {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: readonly KeyValue[];
  readonly resourceRequirements: readonly ResourceRequirement[];
  readonly jobRoleArn: string | undefined;
  readonly executionRoleArn: string | undefined;
  readonly rest: JsonObject;
}

/** Characters of the overrides' JSON. */
const overridesLimit = 8192;

/** @throws AwsError ClientException */
export function readContainerProperties(input: JsonObject): ContainerProperties {
  const { image, command, environment, resourceRequirements, jobRoleArn, executionRoleArn, ...rest } = input;
  if (Array.isArray(rest["secrets"]) && rest["secrets"].length > 0) {
    throw clientException("The local cloud cannot give a container secrets: pass an environment variable");
  }
  return {
    image: requiredText({ image }, "image"),
    command: texts({ command }, "command"),
    environment: readEnvironment({ environment }),
    resourceRequirements: readRequirements({ resourceRequirements }),
    jobRoleArn: optionalText({ jobRoleArn }, "jobRoleArn"),
    executionRoleArn: optionalText({ executionRoleArn }, "executionRoleArn"),
    rest,
  };
}

/** The properties with a job's `containerOverrides` applied. @throws AwsError ClientException */
export function override(properties: ContainerProperties, overrides: JsonObject): ContainerProperties {
  for (const name of ["vcpus", "memory", "instanceType"]) {
    if (overrides[name] !== undefined) {
      throw clientException(`Container override ${name} is not supported for jobs on Fargate resources.`);
    }
  }
  const command = texts(overrides, "command");
  if (command.includes("")) throw clientException("The command of a container override has an empty string.");
  return {
    ...properties,
    command: command.length > 0 ? command : properties.command,
    environment: merged(properties.environment, readEnvironment(overrides), ({ name }) => name),
    resourceRequirements: merged(
      properties.resourceRequirements,
      readRequirements(overrides),
      ({ type }) => type,
    ),
  };
}

/** A job with overrides over the limit is accepted, and fails with this. */
export function overridesFailure(overrides: JsonObject): string | undefined {
  return JSON.stringify(overrides).length > overridesLimit
    ? `Container Overrides length must be at most ${overridesLimit}`
    : undefined;
}

/** Virtual CPUs, possibly a fraction, and memory in MiB. */
export function resourcesOf({ resourceRequirements }: ContainerProperties): {
  vcpus: number;
  memory: number;
} {
  const amount = (wanted: string) =>
    Number(resourceRequirements.find(({ type }) => type === wanted)?.value ?? NaN);
  return { vcpus: amount("VCPU"), memory: amount("MEMORY") };
}

function readEnvironment(input: JsonObject): readonly KeyValue[] {
  return objects(input, "environment").map((pair) => {
    const name = requiredText(pair, "name");
    if (name.startsWith("AWS_BATCH")) {
      throw clientException(`Environment variables cannot start with "AWS_BATCH": ${name}`);
    }
    return { name, value: optionalText(pair, "value") ?? "" };
  });
}

function readRequirements(input: JsonObject): readonly ResourceRequirement[] {
  return objects(input, "resourceRequirements").map((requirement) => ({
    type: requiredText(requirement, "type"),
    value: requiredText(requirement, "value"),
  }));
}

/** The items of both lists; those of `over` replace those with the same key. */
function merged<T>(items: readonly T[], over: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map([...items, ...over].map((item) => [key(item), item])).values()];
}
