import type { Comparison, Condition } from "../../functions/lib/alarm";
import type { CatalogueIssue } from "./catalogueError";

const pattern = /^\s*value\s*(>=|<=|>|<)\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*$/;

/** Reads a condition such as `value > 1`. */
export function parseCondition(key: string, value: unknown, issues: CatalogueIssue[]): Condition {
  const [, comparison, number] = (typeof value === "string" && pattern.exec(value)) || [];
  const threshold = Number(number);
  if (comparison !== undefined && Number.isFinite(threshold)) {
    return { comparison: comparison as Comparison, threshold };
  }
  const rule = "a condition is the word value, one of >, >=, < and <=, and a number";
  issues.push({ key, value, rule, remedy: 'Write for example "value > 1".' });
  return { comparison: ">", threshold: 0 };
}
