import { alarmParameterFault } from "./alarmParameterFault";
import { CatalogueError, type CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import { isRecord } from "./isRecord";
import { parseChoice } from "./parseChoice";
import { parseCondition } from "./parseCondition";
import { parseDatapoints, parsePeriod } from "./parseEvaluation";
import { parseMetric } from "./parseMetric";
import type { Catalogue } from "./process";
import { missingDataTreatments, statistics, type Trigger, type Triggers } from "./trigger";

/**
 * Reads and checks the triggers as they stand in the stack's configuration (`jobrelay:triggers`); none is no error.
 * @throws CatalogueError naming every key, bad value, rule and remedy
 */
export function parseTriggers(config: unknown, catalogue: Catalogue): Triggers {
  const issues: CatalogueIssue[] = [];
  const triggers = parseAll(config, catalogue, issues);
  if (issues.length > 0) throw new CatalogueError(issues);
  return triggers;
}

function parseAll(config: unknown, catalogue: Catalogue, issues: CatalogueIssue[]): Triggers {
  if (config === undefined) return {};
  if (!isRecord(config)) {
    const rule = "triggers are a map of triggers by name";
    issues.push({ key: "triggers", value: config, rule, remedy: `Write ${example}.` });
    return {};
  }
  const entries = Object.entries(config).flatMap(([name, entry]) => {
    const trigger = parseTrigger(name, entry, catalogue, issues);
    return trigger ? [[name, trigger] as const] : [];
  });
  return Object.fromEntries(entries);
}

const example =
  'energy: { metric: { namespace: Custom, name: test_m }, condition: "value > 1", process: forecast-energy }';
const keys = ["metric", "condition", "process", "statistic", "period", "datapoints", "missingData"];

/** Nothing if something is wrong with it. */
function parseTrigger(
  name: string,
  entry: unknown,
  catalogue: Catalogue,
  all: CatalogueIssue[],
): Trigger | undefined {
  const key = `triggers.${name}`;
  const issues: CatalogueIssue[] = [];
  checkName(key, name, issues);
  const trigger = isRecord(entry) ? parseEntry(key, name, entry, catalogue, issues) : undefined;
  if (!isRecord(entry)) {
    const rule = "a trigger is a map with at least metric, condition and process";
    issues.push({ key, value: entry, rule, remedy: `Write ${example}.` });
  }
  // Whether the process takes what the alarm gives can only be said of a trigger that is right otherwise.
  if (trigger && issues.length === 0) checkParameters(`${key}.process`, trigger, catalogue, issues);
  all.push(...issues);
  return issues.length === 0 ? trigger : undefined;
}

function checkName(key: string, name: string, issues: CatalogueIssue[]): void {
  if (/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(name)) return;
  const rule = "a trigger's name is a letter, then up to 39 letters, digits or hyphens";
  issues.push({ key, value: name, rule, remedy: "Rename the trigger." });
}

function parseEntry(
  key: string,
  name: string,
  entry: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
  issues: CatalogueIssue[],
): Trigger {
  checkKeys(key, entry, keys, issues);
  const periodSeconds = parsePeriod(`${key}.period`, entry["period"], issues);
  return {
    name,
    metric: parseMetric(`${key}.metric`, entry["metric"], issues),
    condition: parseCondition(`${key}.condition`, entry["condition"], issues),
    process: parseProcessName(`${key}.process`, entry["process"], catalogue, issues),
    statistic: parseChoice(`${key}.statistic`, entry["statistic"], statistics, issues),
    periodSeconds,
    datapoints: parseDatapoints(`${key}.datapoints`, entry["datapoints"], periodSeconds, issues),
    missingData: parseChoice(`${key}.missingData`, entry["missingData"], missingDataTreatments, issues),
  };
}

function parseProcessName(
  key: string,
  value: unknown,
  catalogue: Catalogue,
  issues: CatalogueIssue[],
): string {
  if (typeof value === "string" && Object.hasOwn(catalogue, value)) return value;
  const rule = `process names a process of the catalogue: ${Object.keys(catalogue).sort().join(", ")}`;
  issues.push({ key, value, rule, remedy: "Correct the name, or declare the process." });
  return "";
}

function checkParameters(
  key: string,
  trigger: Trigger,
  catalogue: Catalogue,
  issues: CatalogueIssue[],
): void {
  const { process } = trigger;
  const fault = alarmParameterFault(trigger, catalogue[process]?.parameters ?? {});
  if (fault === undefined) return;
  const remedy = "Let the process's parameters take that, or name another process.";
  issues.push({ key, value: process, rule: fault, remedy });
}
