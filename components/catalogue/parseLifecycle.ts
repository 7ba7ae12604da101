import type { CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import { parseDuration } from "./duration";
import { storageClasses, type LifecycleRule } from "./egress";
import { isRecord } from "./isRecord";
import { parseChoice } from "./parseChoice";

const example = "{ prefix: outputs/, moveAfter: 30d, moveTo: GLACIER_IR, expireAfter: 3650d }";
const day = 86_400;
/** Infrequent access takes no younger objects. Source: the S3 user guide, lifecycle transition considerations */
const youngest: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

/** Reads the lifecycle rules of the egress bucket. */
export function parseLifecycle(key: string, value: unknown, issues: CatalogueIssue[]): LifecycleRule[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    issues.push({ key, value, rule: "lifecycle is a list of rules", remedy: `Write [${example}].` });
    return [];
  }
  const rules = value.flatMap((entry, index) => parseRule(`${key}[${index}]`, entry, issues));
  rules.forEach(({ prefix }, index) => {
    if (rules.findIndex((rule) => rule.prefix === prefix) === index) return;
    const rule = "each prefix has one rule";
    issues.push({ key: `${key}[${index}]`, value: prefix, rule, remedy: "Make one rule of them." });
  });
  return rules;
}

function parseRule(key: string, entry: unknown, issues: CatalogueIssue[]): LifecycleRule[] {
  if (!isRecord(entry)) {
    const rule = "a rule is a map with prefix, moveAfter, moveTo and expireAfter";
    issues.push({ key, value: entry, rule, remedy: `Write ${example}.` });
    return [];
  }
  checkKeys(key, entry, ["prefix", "moveAfter", "moveTo", "expireAfter"], issues);
  const moveDays = parseDays(`${key}.moveAfter`, entry["moveAfter"], issues);
  const expireDays = parseDays(`${key}.expireAfter`, entry["expireAfter"], issues);
  const move = moveDays === undefined ? undefined : parseMove(key, moveDays, entry["moveTo"], issues);
  if (moveDays === undefined && entry["moveTo"] !== undefined) {
    const rule = "moveTo goes with moveAfter";
    issues.push({ key: `${key}.moveTo`, value: entry["moveTo"], rule, remedy: "Say after how many days." });
  }
  checkOrder(key, moveDays, expireDays, issues);
  return [
    {
      prefix: parsePrefix(`${key}.prefix`, entry["prefix"], issues),
      ...(move === undefined ? {} : { move }),
      ...(expireDays === undefined ? {} : { expireDays }),
    },
  ];
}

function parsePrefix(key: string, value: unknown, issues: CatalogueIssue[]): string {
  if (value === undefined) return "";
  if (typeof value === "string" && value.length <= 128) return value;
  issues.push({ key, value, rule: "a prefix is text", remedy: "Write for example outputs/." });
  return "";
}

function parseDays(key: string, value: unknown, issues: CatalogueIssue[]): number | undefined {
  if (value === undefined) return undefined;
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds % day === 0) return seconds / day;
  issues.push({ key, value, rule: "whole days", remedy: "Write for example 30d." });
  return undefined;
}

function parseMove(key: string, days: number, value: unknown, issues: CatalogueIssue[]) {
  const storageClass = parseChoice(`${key}.moveTo`, value, storageClasses, issues);
  const least = youngest[storageClass] ?? 0;
  if (days < least) {
    const rule = `objects move to ${storageClass} after ${least} days at the earliest`;
    issues.push({ key: `${key}.moveAfter`, value: `${days}d`, rule, remedy: `Write ${least}d or more.` });
  }
  return { storageClass, days };
}

function checkOrder(
  key: string,
  move: number | undefined,
  expire: number | undefined,
  issues: CatalogueIssue[],
) {
  if (move === undefined && expire === undefined) {
    const rule = "a rule moves objects, or expires them, or both";
    issues.push({ key, value: undefined, rule, remedy: `Write ${example}.` });
  } else if (move !== undefined && expire !== undefined && expire <= move) {
    const rule = "objects expire after they have moved";
    issues.push({ key: `${key}.expireAfter`, value: `${expire}d`, rule, remedy: "Let them expire later." });
  }
}
