import type { CatalogueIssue } from "./catalogueError";
import { durationRule, parseDuration } from "./duration";
import { checkKeys } from "./checkKeys";
import { isRecord } from "./isRecord";
import { parseBatchStep } from "./parseBatchStep";
import type { HandoffStep, InvokeStep, Step } from "./process";
import { parseStepName } from "./stepName";

/** What steps may refer to. */
export interface StepRules {
  /** The names registered in `functions/steps/`. */
  readonly functions: readonly string[];
  /** After how many days a job and its files expire. */
  readonly retentionDays: number;
  /** Whether the stack has tag groups, which processes may name. @default false */
  readonly tagGroups?: boolean;
}

/** An execution of a Standard workflow lives for a year at most. */
const longestDeadlineSeconds = 365 * 86_400;

/** The kinds of step, and how each is read. */
const parsers = { invoke: parseInvoke, batch: parseBatch, handoff: parseHandoff };

/** Reads one step: a map with one key, its kind. Adds what is wrong to `issues`. */
export function parseStep(
  key: string,
  entry: unknown,
  rules: StepRules,
  issues: CatalogueIssue[],
): Step | undefined {
  const [kind = "", ...others] = isRecord(entry) ? Object.keys(entry) : [];
  if (!isRecord(entry) || others.length > 0 || !isKind(kind)) {
    const rule = `a step is a map with one key, its kind: ${Object.keys(parsers).join(", ")}`;
    issues.push({ key, value: entry, rule, remedy: "Write for example - invoke: generatePayload." });
    return undefined;
  }
  return parsers[kind](`${key}.${kind}`, entry[kind], rules, issues);
}

function isKind(name: string): name is keyof typeof parsers {
  return Object.hasOwn(parsers, name);
}

function parseBatch(key: string, value: unknown, _rules: StepRules, issues: CatalogueIssue[]) {
  return parseBatchStep(key, value, issues);
}

function parseInvoke(key: string, value: unknown, rules: StepRules, issues: CatalogueIssue[]): InvokeStep {
  const entry = typeof value === "string" ? { function: value } : isRecord(value) ? value : {};
  const named = entry["function"];
  checkKeys(key, entry, ["function", "name"], issues);
  if (typeof named !== "string" || !rules.functions.includes(named)) {
    const rule = `invoke names a function of functions/steps/: ${rules.functions.join(", ")}`;
    issues.push({ key, value, rule, remedy: "Correct the name, or register the function." });
    return { kind: "invoke", name: key, function: "" };
  }
  const name = parseStepName(`${key}.name`, entry["name"] ?? named, issues);
  return { kind: "invoke", name, function: named };
}

function parseHandoff(
  key: string,
  value: unknown,
  _rules: StepRules,
  issues: CatalogueIssue[],
): HandoffStep | undefined {
  if (!isRecord(value)) {
    const rule = "a hand-off is a map with name, deadline and, if wanted, heartbeat";
    issues.push({ key, value, rule, remedy: "Write { name: approval, deadline: 24h }." });
    return undefined;
  }
  checkKeys(key, value, ["name", "deadline", "heartbeat"], issues);
  const name = parseStepName(`${key}.name`, value["name"], issues);
  const deadlineSeconds = parseDeadline(`${key}.deadline`, value["deadline"], issues);
  const heartbeatSeconds = parseHeartbeat(`${key}.heartbeat`, value["heartbeat"], deadlineSeconds, issues);
  return {
    kind: "handoff",
    name,
    deadlineSeconds,
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
  };
}

function parseDeadline(key: string, value: unknown, issues: CatalogueIssue[]): number {
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds <= longestDeadlineSeconds) return seconds;
  const rule =
    seconds === undefined
      ? `a hand-off has a deadline, so that a lost callback ends the wait; ${durationRule}`
      : "a deadline is at most 365d, for no workflow lives longer";
  issues.push({ key, value, rule, remedy: "Write how long to wait, for example 24h." });
  return 1;
}

function parseHeartbeat(
  key: string,
  value: unknown,
  deadlineSeconds: number,
  issues: CatalogueIssue[],
): number | undefined {
  if (value === undefined) return undefined;
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds < deadlineSeconds) return seconds;
  const rule = seconds === undefined ? durationRule : "a heartbeat is shorter than the deadline";
  issues.push({ key, value, rule, remedy: "Write a shorter duration, for example 1h, or leave it out." });
  return undefined;
}
