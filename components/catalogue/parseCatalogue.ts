import { egressProcess } from "../../functions/lib/egress/egressProcess";
import { CatalogueError, type CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import { isRecord } from "./isRecord";
import { parseStep, type StepRules } from "./parseStep";
import { schemaFault } from "./parameterSchema";
import { parseTagGroup } from "./parseTagGroup";
import type { Catalogue, ParameterSchema, Process, Step } from "./process";

/**
 * Reads and checks the catalogue as it stands in the stack's configuration (`jobrelay:processes`).
 * @throws CatalogueError naming every key, bad value, rule and remedy
 */
export function parseCatalogue(config: unknown, rules: StepRules): Catalogue {
  const issues: CatalogueIssue[] = [];
  const processes = parseProcesses(config, rules, issues);
  if (issues.length > 0) throw new CatalogueError(issues);
  return processes;
}

function parseProcesses(config: unknown, rules: StepRules, issues: CatalogueIssue[]): Catalogue {
  if (!isRecord(config) || Object.keys(config).length === 0) {
    const rule = "the catalogue is a map of processes by name, with at least one";
    issues.push({ key: "processes", value: config, rule, remedy: "Declare a process, such as settlement." });
    return {};
  }
  return Object.fromEntries(
    Object.entries(config).map(([name, entry]) => [name, parseProcess(name, entry, rules, issues)]),
  );
}

function parseProcess(name: string, entry: unknown, rules: StepRules, issues: CatalogueIssue[]): Process {
  const key = `processes.${name}`;
  if (!/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(name)) {
    const rule = "a process name is a letter, then up to 39 letters, digits or hyphens";
    issues.push({ key, value: name, rule, remedy: "Rename the process." });
  }
  if (name === egressProcess) {
    const rule = `${egressProcess} is the process of the jobs that a platform's webhook starts`;
    issues.push({ key, value: name, rule, remedy: "Give the process another name." });
  }
  if (!isRecord(entry)) {
    const rule = "a process is a map with description, parameters and steps";
    issues.push({ key, value: entry, rule, remedy: "Give it at least steps." });
    return { name, description: "", parameters: {}, steps: [] };
  }
  checkKeys(key, entry, ["description", "largeResults", "parameters", "steps", "tagGroup"], issues);
  const steps = parseSteps(`${key}.steps`, entry["steps"], rules, issues);
  const tagGroup = parseTagGroup(`${key}.tagGroup`, entry["tagGroup"], steps, rules, issues);
  return {
    name,
    description: parseDescription(`${key}.description`, entry["description"], issues),
    parameters: parseParameters(`${key}.parameters`, entry["parameters"], issues),
    ...parseLargeResults(`${key}.largeResults`, entry["largeResults"], steps, issues),
    ...(tagGroup === undefined ? {} : { tagGroup }),
    steps,
  };
}

function parseLargeResults(
  key: string,
  value: unknown,
  steps: readonly Step[],
  issues: CatalogueIssue[],
): Pick<Process, "largeResults"> {
  if (value === undefined || value === false) return {};
  if (value !== true) {
    const rule = "largeResults is true or false, without quotes";
    issues.push({ key, value, rule, remedy: "Write largeResults: true." });
  } else if (!steps.some(({ kind }) => kind === "handoff")) {
    const rule = "largeResults lets answers of hand-offs go by reference, and the process has no hand-off";
    issues.push({ key, value, rule, remedy: "Remove it, or add a hand-off." });
  }
  return { largeResults: true };
}

function parseDescription(key: string, value: unknown, issues: CatalogueIssue[]): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  issues.push({ key, value, rule: "a description is text", remedy: "Write a sentence." });
  return "";
}

function parseParameters(key: string, value: unknown, issues: CatalogueIssue[]): ParameterSchema {
  if (value === undefined) return { type: "object" };
  if (!isRecord(value) || value["type"] !== "object") {
    const rule = "parameters are a JSON Schema (draft 7) of type object";
    issues.push({ key, value, rule, remedy: "Write { type: object, properties: { … } }." });
    return {};
  }
  const fault = schemaFault(value);
  if (fault)
    issues.push({ key, value, rule: `a JSON Schema that compiles: ${fault}`, remedy: "Correct it." });
  return value;
}

function parseSteps(
  key: string,
  value: unknown,
  rules: StepRules,
  issues: CatalogueIssue[],
): readonly Step[] {
  if (!Array.isArray(value) || value.length === 0) {
    const rule = "steps are a list of at least one step";
    issues.push({ key, value, rule, remedy: "Add a step: invoke, batch or handoff." });
    return [];
  }
  const steps = value.flatMap((entry, index) => parseStep(`${key}[${index}]`, entry, rules, issues) ?? []);
  checkWaits(key, steps, rules, issues);
  steps.forEach(({ name }, index) => {
    if (steps.findIndex((step) => step.name === name) < index) {
      const rule = "a step's name is used once in a process";
      issues.push({ key: `${key}[${index}]`, value: name, rule, remedy: "Give one of them another name." });
    }
  });
  return steps;
}

/** A job must not expire while it waits. */
function checkWaits(key: string, steps: readonly Step[], rules: StepRules, issues: CatalogueIssue[]): void {
  const seconds = steps.reduce((sum, step) => sum + (step.kind === "handoff" ? step.deadlineSeconds : 0), 0);
  if (seconds < rules.retentionDays * 86_400) return;
  issues.push({
    key,
    value: `${seconds / 3_600} hours of waiting`,
    rule: `hand-offs together wait less than jobrelay:jobRetentionDays, ${rules.retentionDays} days, after which a job expires`,
    remedy: "Shorten a deadline, or keep jobs longer.",
  });
}
