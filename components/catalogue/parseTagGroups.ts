import { tagFault } from "../../functions/lib/tags/tagRules";
import { CatalogueError, type CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import { durationRule, parseDuration } from "./duration";
import { isRecord } from "./isRecord";
import type { TagGroupsConfig } from "./tagGroupsConfig";

const example = "{ services: [sqs, lambda, s3] }";
const keys = ["services", "every", "decoupled", "ratePerSecond", "key"];

/**
 * Reads and checks what the stack's configuration says of tag groups (`jobrelay:tagGroups`); without it there are none.
 * @param services those that can be tagged
 * @throws CatalogueError naming every key, bad value, rule and remedy
 */
export function parseTagGroups(config: unknown, services: readonly string[]): TagGroupsConfig | undefined {
  if (config === undefined) return undefined;
  const issues: CatalogueIssue[] = [];
  const parsed = parseEntry(config, services, issues);
  if (issues.length > 0) throw new CatalogueError(issues);
  return parsed;
}

function parseEntry(
  config: unknown,
  services: readonly string[],
  issues: CatalogueIssue[],
): TagGroupsConfig | undefined {
  if (!isRecord(config)) {
    const rule = `tag groups are a map with ${keys.join(", ")}`;
    issues.push({ key: "tagGroups", value: config, rule, remedy: `Write ${example}.` });
    return undefined;
  }
  checkKeys("tagGroups", config, keys, issues);
  return {
    services: parseServices("tagGroups.services", config["services"], services, issues),
    everyMinutes: parseEvery("tagGroups.every", config["every"] ?? "1d", issues),
    decoupled: parseFlag("tagGroups.decoupled", config["decoupled"] ?? false, issues),
    ratePerSecond: parseRate("tagGroups.ratePerSecond", config["ratePerSecond"] ?? 5, issues),
    key: parseKey("tagGroups.key", config["key"] ?? "TagGroup", issues),
  };
}

function parseServices(
  key: string,
  value: unknown,
  known: readonly string[],
  issues: CatalogueIssue[],
): readonly string[] {
  const isKnown = (name: unknown): name is string => typeof name === "string" && known.includes(name);
  if (Array.isArray(value) && value.length > 0 && value.every(isKnown)) return [...new Set(value)];
  const rule = `a list of at least one of ${known.join(", ")}`;
  issues.push({ key, value, rule, remedy: "Name the services whose resources are to be tagged." });
  return [];
}

/** A schedule of EventBridge knows minutes. */
function parseEvery(key: string, value: unknown, issues: CatalogueIssue[]): number {
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds % 60 === 0 && seconds <= 365 * 86_400) return seconds / 60;
  const rule = seconds === undefined ? durationRule : "whole minutes, and a year at most";
  issues.push({ key, value, rule, remedy: "Write for example 1d." });
  return 1_440;
}

/** Texts such as "False" are not taken for what they might mean: one that is not empty counts as true elsewhere. */
function parseFlag(key: string, value: unknown, issues: CatalogueIssue[]): boolean {
  if (typeof value === "boolean") return value;
  issues.push({ key, value, rule: "true or false, not a text", remedy: "Write false, without quotes." });
  return false;
}

function parseRate(key: string, value: unknown, issues: CatalogueIssue[]): number {
  if (typeof value === "number" && value >= 0.1 && value <= 100) return value;
  const rule = "calls a second: a number from 0.1 to 100";
  issues.push({ key, value, rule, remedy: "Write for example 5." });
  return 5;
}

function parseKey(key: string, value: unknown, issues: CatalogueIssue[]): string {
  const fault = typeof value === "string" ? tagFault(value, "") : "It is no text.";
  if (typeof value === "string" && fault === undefined) return value;
  const rule = `the key of a tag: ${fault ?? ""}`;
  issues.push({ key, value, rule, remedy: "Write for example TagGroup." });
  return "";
}
