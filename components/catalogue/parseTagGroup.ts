import { tagFault } from "../../functions/lib/tags/tagRules";
import type { CatalogueIssue } from "./catalogueError";
import type { StepRules } from "./parseStep";
import type { Step } from "./process";

/** Reads the tag group of a process. Whether there is such a group shows when a job starts: groups are data. */
export function parseTagGroup(
  key: string,
  value: unknown,
  steps: readonly Step[],
  { tagGroups = false }: StepRules,
  issues: CatalogueIssue[],
): string | undefined {
  if (value === undefined) return undefined;
  const fault = typeof value === "string" && value !== "" ? tagFault("TagGroup", value) : "It is no text.";
  if (fault !== undefined) {
    const rule = `a tag group is named by its value: ${fault}`;
    issues.push({ key, value, rule, remedy: "Write for example cost-wan." });
  } else if (!tagGroups) {
    const rule = "processes have tag groups where the stack has them";
    issues.push({ key, value, rule, remedy: "Configure jobrelay:tagGroups, or leave it out." });
  } else if (!steps.some(({ kind }) => kind === "batch")) {
    const rule = "containers and their outputs carry tags, and the process has no batch step";
    issues.push({ key, value, rule, remedy: "Leave it out, or add a batch step." });
  }
  return typeof value === "string" ? value : undefined;
}
