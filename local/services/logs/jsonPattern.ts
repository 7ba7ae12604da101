import { invalidParameter } from "./errors";
import type { MessageFilter } from "./filterPattern";

/** For example `{ $.steps[0].level = "ERR*" }`. */
const comparisonPattern =
  /^\{\s*\$((?:\.[\w-]+|\[\d+\])+)\s*(=|!=|<=|>=|<|>)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"{}()&|]+))\s*\}$/;

/**
 * Reads a pattern that compares one property of a JSON message with a text, in which `*` stands for anything, or a number.
 * @throws AwsError InvalidParameterException
 */
export function parseJsonPattern(pattern: string): MessageFilter {
  const [, path, operator, quoted, bare] = comparisonPattern.exec(pattern) ?? [];
  if (path === undefined || operator === undefined) throw invalidParameter("Invalid filter pattern");
  const selectors = [...path.matchAll(/[\w-]+/g)].map(([name]) => name);
  const matches = comparison(operator, quoted, bare ?? "");
  return (message) => {
    const value = valueAt(parse(message), selectors);
    return (typeof value === "string" || typeof value === "number") && matches(value);
  };
}

function comparison(
  operator: string,
  quoted: string | undefined,
  bare: string,
): (value: string | number) => boolean {
  const number = quoted === undefined ? Number(bare) : NaN;
  if (operator === "=" || operator === "!=") {
    const equals = Number.isNaN(number)
      ? textMatcher(quoted ?? bare)
      : (value: string | number) => value === number;
    return operator === "=" ? equals : (value) => !equals(value);
  }
  if (Number.isNaN(number)) throw invalidParameter("Invalid filter pattern");
  const holds = comparators[operator];
  return (value) => typeof value === "number" && holds?.(value, number) === true;
}

const comparators: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function textMatcher(text: string): (value: string | number) => boolean {
  const parts = text.replace(/\\(.)/g, "$1").split("*");
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${escaped.join(".*")}$`, "s");
  return (value) => typeof value === "string" && pattern.test(value);
}

/** Undefined for a message that is not JSON. */
function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function valueAt(root: unknown, selectors: readonly string[]): unknown {
  return selectors.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    root,
  );
}
