import type { ChoiceRule } from "../definition";
import { readPath, requirePath } from "./paths";
import { runtimeError } from "./statesError";

type Comparison = (value: unknown, operand: unknown) => boolean;

/** Whether a rule of a Choice state holds. Source: https://states-language.net/spec.html#choice-state */
export function ruleHolds(rule: ChoiceRule, input: unknown, context: object): boolean {
  if (rule.And) return rule.And.every((part) => ruleHolds(part, input, context));
  if (rule.Or) return rule.Or.some((part) => ruleHolds(part, input, context));
  if (rule.Not) return !ruleHolds(rule.Not, input, context);
  const [operator, operand] = operatorOf(rule);
  const value = readPath(rule.Variable ?? "", input, context);
  if (operator === "IsPresent") return (value !== undefined) === operand;
  if (value === undefined) {
    throw runtimeError(
      `Invalid path '${rule.Variable}': The choice state's condition path references an invalid value.`,
    );
  }
  return operator.endsWith("Path")
    ? compare(operator.slice(0, -"Path".length), value, requirePath(String(operand), input, context))
    : compare(operator, value, operand);
}

const notOperators = new Set(["Variable", "Next", "Comment", "Assign"]);

function operatorOf(rule: ChoiceRule): [string, unknown] {
  const found = Object.entries(rule).find(([name]) => !notOperators.has(name));
  if (!found) throw runtimeError("a choice rule without an operator");
  return found as [string, unknown];
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThan: (order) => order > 0,
  GreaterThanEquals: (order) => order >= 0,
};

/** How two values of one type stand to each other; undefined when one is not of the type, and no comparison holds. */
const ordersOf: Readonly<Record<string, (value: unknown, operand: unknown) => number | undefined>> = {
  String: (a, b) => (typeof a === "string" && typeof b === "string" ? orderOf(a, b) : undefined),
  Numeric: (a, b) => (typeof a === "number" && typeof b === "number" ? orderOf(a, b) : undefined),
  Boolean: (a, b) => (typeof a === "boolean" && typeof b === "boolean" ? orderOf(a, b) : undefined),
  Timestamp: (a, b) => (isTimestamp(a) && isTimestamp(b) ? orderOf(Date.parse(a), Date.parse(b)) : undefined),
};

const otherComparisons: Readonly<Record<string, Comparison>> = {
  StringMatches: (value, pattern) => typeof value === "string" && wildcard(String(pattern)).test(value),
  IsNull: (value, wanted) => (value === null) === wanted,
  IsString: (value, wanted) => (typeof value === "string") === wanted,
  IsNumeric: (value, wanted) => (typeof value === "number") === wanted,
  IsBoolean: (value, wanted) => (typeof value === "boolean") === wanted,
  IsTimestamp: (value, wanted) => isTimestamp(value) === wanted,
};

function compare(operator: string, value: unknown, operand: unknown): boolean {
  const other = otherComparisons[operator];
  if (other) return other(value, operand);
  const [, type = "", relation = ""] = /^(String|Numeric|Boolean|Timestamp)(\w+)$/.exec(operator) ?? [];
  const holds = orders[relation];
  const order = ordersOf[type]?.(value, operand);
  if (!holds) throw runtimeError(`unknown comparison '${operator}'`);
  return order !== undefined && holds(order);
}

function orderOf<T extends string | number | boolean>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 timestamp, as the States Language requires it. */
export function isTimestamp(value: unknown): value is string {
  return typeof value === "string" && timestamp.test(value) && !Number.isNaN(Date.parse(value));
}

/** `*` stands for any text; a backslash makes it, or a backslash, plain. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*\\])|([*])|([.+?^${}()|[\]\\])/g, (_, plain, star, special) => {
    if (star) return ".*";
    return `\\${(plain ?? special) as string}`;
  });
  return new RegExp(`^${source}$`, "s");
}
