import { BlockList, isIP } from "node:net";
import { InvalidEventPatternException } from "./eventPatternError";

/** Tests the leaf values of an event at one place: one for a scalar, several for an array, none if absent. */
export type Test = (values: readonly unknown[]) => boolean;

type StringTest = (value: string) => boolean;
type Compile = (operand: unknown) => Test;

/**
 * One operator of an event pattern, for example `prefix` with its operand.
 * @throws InvalidEventPatternException for an unknown operator or a bad operand
 */
export function compileOperator(name: string, operand: unknown): Test {
  const compile = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!compile) throw new InvalidEventPatternException(`Unrecognized match type ${name}`);
  return compile(operand);
}

const operators: Readonly<Record<string, Compile>> = {
  prefix: stringOperator("prefix"),
  suffix: stringOperator("suffix"),
  "equals-ignore-case": stringOperator("equals-ignore-case"),
  wildcard: stringOperator("wildcard"),
  "anything-but": compileAnythingBut,
  numeric: compileNumeric,
  cidr: compileCidr,
  exists(operand) {
    if (typeof operand !== "boolean")
      throw new InvalidEventPatternException("exists match pattern must be either true or false.");
    return (values) => values.length > 0 === operand;
  },
};

function stringOperator(name: string): Compile {
  return (operand) => {
    const test = compileStringTest(name, operand);
    return (values) => values.some((value) => typeof value === "string" && test(value));
  };
}

function compileStringTest(name: string, operand: unknown): StringTest {
  if (name === "prefix" || name === "suffix") return compileAffix(name, operand);
  if (typeof operand !== "string")
    throw new InvalidEventPatternException(`${name} match pattern must be a string`);
  if (name === "wildcard") return compileWildcard(operand);
  const folded = operand.toLowerCase();
  return (value) => value.toLowerCase() === folded;
}

function compileAffix(name: "prefix" | "suffix", operand: unknown): StringTest {
  const holds = (value: string, affix: string) =>
    name === "prefix" ? value.startsWith(affix) : value.endsWith(affix);
  if (typeof operand === "string") return (value) => holds(value, operand);
  const entries = typeof operand === "object" && operand !== null ? Object.entries(operand) : [];
  const [key, affix] = entries[0] ?? [];
  if (entries.length !== 1 || key !== "equals-ignore-case" || typeof affix !== "string") {
    throw new InvalidEventPatternException(`${name} match pattern must be a string`);
  }
  const folded = affix.toLowerCase();
  return (value) => holds(value.toLowerCase(), folded);
}

/** A star is any run of characters; `\*` and `\\` are the characters themselves. */
function compileWildcard(pattern: string): StringTest {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern)) {
    throw new InvalidEventPatternException("Consecutive wildcard characters are not allowed");
  }
  let expression = "";
  for (const [token] of pattern.matchAll(/\\.?|\*|[^\\*]+/gsu)) {
    if (token.startsWith("\\") && token !== "\\*" && token !== "\\\\") {
      throw new InvalidEventPatternException("Invalid escape character in wildcard");
    }
    expression += token === "*" ? ".*" : escapeExpression(token.startsWith("\\") ? token.slice(1) : token);
  }
  const regExp = new RegExp(`^${expression}$`, "su");
  return (value) => regExp.test(value);
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

const excludingOperators = ["prefix", "suffix", "equals-ignore-case", "wildcard"];

function compileAnythingBut(operand: unknown): Test {
  const excluded =
    typeof operand === "object" && operand !== null && !Array.isArray(operand)
      ? compileExcluded(Object.entries(operand))
      : compileExcludedValues([operand].flat());
  return (values) => values.some((value) => !excluded(value));
}

function compileExcludedValues(list: readonly unknown[]): (value: unknown) => boolean {
  const allStrings = list.every((value) => typeof value === "string");
  const allNumbers = list.every((value) => typeof value === "number");
  if (list.length === 0 || (!allStrings && !allNumbers)) {
    throw new InvalidEventPatternException(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  const excluded = new Set<unknown>(list);
  return (value) => excluded.has(value);
}

function compileExcluded(entries: readonly (readonly [string, unknown])[]): (value: unknown) => boolean {
  const [name, operand] = entries[0] ?? [];
  if (entries.length !== 1 || name === undefined || !excludingOperators.includes(name)) {
    throw new InvalidEventPatternException(`Unsupported anything-but pattern: ${name ?? "nothing"}`);
  }
  const list: unknown[] = [operand].flat();
  if (list.length === 0) throw new InvalidEventPatternException("Empty arrays are not allowed");
  const tests = list.map((each) => compileStringTest(name, each));
  return (value) => typeof value === "string" && tests.some((test) => test(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** One comparison, or a lower bound followed by an upper one. */
function compileNumeric(operand: unknown): Test {
  if (!Array.isArray(operand)) throw new InvalidEventPatternException("Value of numeric must be an array.");
  const parts: readonly unknown[] = operand;
  const bounds: Bound[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    bounds.push(compileBound(parts[index], parts[index + 1]));
  }
  const names = bounds.map(({ name }) => name.charAt(0)).join("");
  if (!["=", "<", ">", "><"].includes(names))
    throw new InvalidEventPatternException("Bad numeric range operator");
  const holds = (value: number) => bounds.every(({ compare, bound }) => compare(value, bound));
  return (values) => values.some((value) => typeof value === "number" && holds(value));
}

interface Bound {
  readonly name: string;
  readonly compare: (value: number, bound: number) => boolean;
  readonly bound: number;
}

function compileBound(name: unknown, bound: unknown): Bound {
  if (typeof name !== "string") throw new InvalidEventPatternException("Invalid member in numeric match");
  const compare = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (!compare) throw new InvalidEventPatternException(`Unrecognized numeric range operator: ${name}`);
  if (typeof bound !== "number")
    throw new InvalidEventPatternException("Value of numeric comparison must be numeric");
  return { name, compare, bound };
}

function compileCidr(range: unknown): Test {
  const [address = "", bits = ""] = typeof range === "string" ? range.split("/") : [];
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > longest) {
    throw new InvalidEventPatternException("Malformed CIDR, one '/' required");
  }
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 6 ? "ipv6" : "ipv4");
  const contains = (value: string) =>
    isIP(value) === family && list.check(value, family === 6 ? "ipv6" : "ipv4");
  return (values) => values.some((value) => typeof value === "string" && contains(value));
}
