import type { CatalogueIssue } from "./catalogueError";

/** Adds an issue for each key of `entry` that is not a known one: most often a misspelt one. */
export function checkKeys(
  key: string,
  entry: Readonly<Record<string, unknown>>,
  known: readonly string[],
  issues: CatalogueIssue[],
): void {
  for (const other of Object.keys(entry).filter((name) => !known.includes(name))) {
    const rule = `known keys are ${known.join(", ")}`;
    issues.push({
      key: `${key}.${other}`,
      value: entry[other],
      rule,
      remedy: "Remove it, or correct its name.",
    });
  }
}
