import type { CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import { durationRule, parseDuration } from "./duration";
import { fargateSizeFault } from "./fargateSize";
import { isRecord } from "./isRecord";
import type { BatchStep } from "./process";
import { parseStepName } from "./stepName";

/** Batch ends an attempt after a minute at the earliest, and Fargate tasks after two weeks at the latest. */
const shortestTimeoutSeconds = 60;
const longestTimeoutSeconds = 14 * 86_400;

/** Reads a `batch` step: a container on AWS Batch. Adds what is wrong to `issues`. */
export function parseBatchStep(key: string, value: unknown, issues: CatalogueIssue[]): BatchStep | undefined {
  if (!isRecord(value)) {
    const rule = "a batch step is a map with image, command, vcpus, memory, timeout and attempts";
    issues.push({ key, value, rule, remedy: "Write at least { image: …, command: [ … ] }." });
    return undefined;
  }
  checkKeys(key, value, ["name", "image", "command", "vcpus", "memory", "timeout", "attempts"], issues);
  const { vcpus = 0.25, memory = 512, attempts = 1 } = value;
  checkSize(key, vcpus, memory, issues);
  return {
    kind: "batch",
    name: parseStepName(`${key}.name`, value["name"] ?? "batch", issues),
    image: parseImage(`${key}.image`, value["image"], issues),
    command: parseCommand(`${key}.command`, value["command"], issues),
    vcpus: Number(vcpus),
    memoryMb: Number(memory),
    timeoutSeconds: parseTimeout(`${key}.timeout`, value["timeout"] ?? "1h", issues),
    attempts: parseAttempts(`${key}.attempts`, attempts, issues),
  };
}

function checkSize(key: string, vcpus: unknown, memory: unknown, issues: CatalogueIssue[]): void {
  const fault = fargateSizeFault(vcpus, memory);
  if (fault === undefined) return;
  issues.push({
    key: `${key}.memory`,
    value: { vcpus, memory },
    rule: fault,
    remedy: "Write for example vcpus: 0.25, memory: 512 (MiB).",
  });
}

function parseImage(key: string, value: unknown, issues: CatalogueIssue[]): string {
  if (typeof value === "string" && /^[^\s]{1,255}$/.test(value)) return value;
  issues.push({
    key,
    value,
    rule: "an image is the name of a container image, with its registry",
    remedy: "Write for example public.ecr.aws/docker/library/busybox:1.36.",
  });
  return "";
}

function parseCommand(key: string, value: unknown, issues: CatalogueIssue[]): readonly string[] {
  const isText = (part: unknown): part is string => typeof part === "string";
  if (Array.isArray(value) && value.length > 0 && value.every(isText)) return value;
  const rule = "a command is a list of texts: the program and its arguments";
  issues.push({ key, value, rule, remedy: "Write for example [sh, -c, echo $JOB_ID]." });
  return [];
}

function parseTimeout(key: string, value: unknown, issues: CatalogueIssue[]): number {
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds >= shortestTimeoutSeconds && seconds <= longestTimeoutSeconds) {
    return seconds;
  }
  const rule = seconds === undefined ? durationRule : "an attempt is given from 60s to 14d";
  issues.push({ key, value, rule, remedy: "Write how long an attempt may take, for example 1h." });
  return shortestTimeoutSeconds;
}

function parseAttempts(key: string, value: unknown, issues: CatalogueIssue[]): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 10) return value;
  const rule = "attempts are a whole number from 1 to 10";
  issues.push({ key, value, rule, remedy: "Write for example 3." });
  return 1;
}
