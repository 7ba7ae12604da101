import type { JsonObject } from "../jsonProtocol";
import { InvalidEventPatternException } from "./eventPatternError";
import { compileOperator, type Test } from "./patternOperators";

export { InvalidEventPatternException };

/**
 * Whether an event matches a pattern of EventBridge, of a Lambda event source mapping, or of an SNS subscription.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws InvalidEventPatternException for an operator or a form that the service does not know
 */
export function matchesEventPattern(pattern: JsonObject, event: JsonObject): boolean {
  return compileObject(pattern)(event);
}

/** @throws InvalidEventPatternException */
export function validateEventPattern(pattern: JsonObject): void {
  compileObject(pattern);
}

type ObjectTest = (event: JsonObject) => boolean;

function compileObject(pattern: JsonObject): ObjectTest {
  const keys = Object.keys(pattern);
  if (keys.length === 0) throw new InvalidEventPatternException("Empty objects are not allowed");
  const tests = keys.map((key) => compileField(key, pattern[key]));
  return (event) => tests.every((test) => test(event));
}

function compileField(key: string, condition: unknown): ObjectTest {
  if (key === "$or") return compileOr(condition);
  if (Array.isArray(condition)) {
    const tests = compileConditions(condition);
    return (event) => {
      const values = leafValues(event[key]);
      return tests.some((test) => test(values));
    };
  }
  if (!isObject(condition)) {
    throw new InvalidEventPatternException(`"${key}" must be an object or an array`);
  }
  const test = compileObject(condition);
  return (event) => nestedObjects(event[key]).some(test);
}

function compileOr(alternatives: unknown): ObjectTest {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw new InvalidEventPatternException("$or must be an array of at least two objects");
  }
  const tests = alternatives.map(compileObject);
  return (event) => tests.some((test) => test(event));
}

function compileConditions(conditions: readonly unknown[]): Test[] {
  if (conditions.length === 0) throw new InvalidEventPatternException("Empty arrays are not allowed");
  return conditions.map(compileCondition);
}

function compileCondition(condition: unknown): Test {
  if (Array.isArray(condition)) {
    throw new InvalidEventPatternException("Match value must be String, number, true, false, or null");
  }
  if (!isObject(condition)) return (values) => values.includes(condition);
  const [operator, ...others] = Object.entries(condition);
  if (!operator || others.length > 0) {
    throw new InvalidEventPatternException("Only one key allowed in match expression");
  }
  return compileOperator(operator[0], operator[1]);
}

/** The leaf values at a place of the event: none where there is nothing, or an object. Arrays count as their elements. */
function leafValues(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leafValues);
  return value === undefined || isObject(value) ? [] : [value];
}

/** The objects that a nested pattern looks into; an absent one is empty, so that `exists: false` matches. */
function nestedObjects(value: unknown): JsonObject[] {
  const objects = [value].flat(Infinity).filter(isObject);
  return objects.length > 0 ? objects : [{}];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
