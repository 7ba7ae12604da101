import type { CatalogueIssue } from "./catalogueError";

/** The states of a workflow that belong to no step. */
const reservedNames = ["RecordSuccess", "AlreadyEnded"];

/** Reads a step's name, which becomes a path (`$.results.<step>`), a folder and the beginning of a Batch job's name. */
export function parseStepName(key: string, value: unknown, issues: CatalogueIssue[]): string {
  const wellFormed = typeof value === "string" && /^[A-Za-z][A-Za-z0-9_]{0,39}$/.test(value);
  if (wellFormed && !reservedNames.includes(value)) return value;
  const rule = wellFormed
    ? `${reservedNames.join(" and ")} are the workflow's own states`
    : "a step's name is a letter, then up to 39 letters, digits or underscores";
  issues.push({ key, value, rule, remedy: "Name the step, for example approval." });
  return key;
}
