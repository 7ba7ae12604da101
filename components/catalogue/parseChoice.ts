import type { CatalogueIssue } from "./catalogueError";

/** Reads one of some words; the first is the default. */
export function parseChoice<Word extends string>(
  key: string,
  value: unknown,
  words: readonly [Word, ...Word[]],
  issues: CatalogueIssue[],
): Word {
  const [otherwise] = words;
  const found = value === undefined ? otherwise : words.find((word) => word === value);
  if (found !== undefined) return found;
  const remedy = `Write one of them, or leave it out, which is ${otherwise}.`;
  issues.push({ key, value, rule: `one of ${words.join(", ")}`, remedy });
  return otherwise;
}
