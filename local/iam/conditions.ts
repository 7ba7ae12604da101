import { conditionOperators, type Comparison } from "./conditionOperators";
import { isRecord, oneOrMore } from "./json";
import { PolicyError } from "./policyError";
import type { RequestContext } from "./requestContext";

/** One key of a `Condition` under one operator. */
export type Condition = NullCheck | KeyCondition;

interface NullCheck {
  readonly kind: "null";
  readonly key: string;
  /** True asks that the key be missing. */
  readonly wanted: readonly boolean[];
}

interface KeyCondition {
  readonly kind: "key";
  readonly key: string;
  readonly qualifier: "ForAnyValue" | "ForAllValues" | undefined;
  readonly ifExists: boolean;
  readonly negated: boolean;
  /** One for each value of the policy. */
  readonly comparisons: readonly Comparison[];
}

const operatorSyntax = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/;

/**
 * Parses a `Condition` element.
 * @param variables whether the document's version knows policy variables
 * @throws PolicyError for an unknown operator, a key without a prefix, and a value that the operator cannot compare
 */
export function parseConditions(value: unknown, variables: boolean, place: string): readonly Condition[] {
  if (!isRecord(value)) throw new PolicyError(place, "must be an object of operators");
  return Object.entries(value).flatMap(([operator, keys]) => {
    const here = `${place} ${operator}`;
    if (!isRecord(keys)) throw new PolicyError(here, "must be an object of condition keys");
    return Object.entries(keys).map(([key, values]) =>
      parseCondition(operator, key, values, variables, here),
    );
  });
}

function parseCondition(
  operatorText: string,
  key: string,
  value: unknown,
  variables: boolean,
  place: string,
): Condition {
  const here = `${place} ${key}`;
  if (!/^[A-Za-z0-9-]+:\S/.test(key)) {
    throw new PolicyError(here, "a condition key has a service prefix, such as aws:SourceArn");
  }
  const values = oneOrMore(value).map((each) => valueText(each, here));
  if (operatorText === "Null")
    return { kind: "null", key, wanted: values.map((text) => parseNull(text, here)) };
  const [, qualifier, name = "", ifExists] = operatorSyntax.exec(operatorText) ?? [];
  const operator = conditionOperators.get(name);
  if (!operator) throw new PolicyError(place, `${operatorText} is not a known condition operator`);
  return {
    kind: "key",
    key,
    qualifier: qualifier === "ForAnyValue" || qualifier === "ForAllValues" ? qualifier : undefined,
    ifExists: ifExists !== undefined,
    negated: operator.negated,
    comparisons: values.map((text) => operator.compile(text, variables, `${here} ${JSON.stringify(text)}`)),
  };
}

function valueText(value: unknown, place: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw new PolicyError(place, "a condition value is a string, a number, true or false");
}

function parseNull(text: string, place: string): boolean {
  if (text !== "true" && text !== "false") throw new PolicyError(place, "Null takes true or false");
  return text === "true";
}

/**
 * Whether the condition holds for a request.
 * @param undefinedHolds the answer where AWS defines none: a key with several values under an operator without
 * `ForAnyValue:` or `ForAllValues:`. True for a Deny and false for an Allow, so that doubt never allows.
 */
export function holds(condition: Condition, context: RequestContext, undefinedHolds: boolean): boolean {
  const values = context.values(condition.key);
  if (condition.kind === "null") {
    const isNull = values === undefined || values.every((value) => value === "");
    return condition.wanted.includes(isNull);
  }
  const fits = (value: string) =>
    condition.comparisons.some((comparison) => comparison(value, context)) !== condition.negated;
  if (values === undefined && condition.ifExists) return true;
  if (condition.qualifier) {
    // An empty value is an empty set: true of all, false of any.
    const set = (values ?? []).filter((value) => value !== "");
    return condition.qualifier === "ForAllValues" ? set.every(fits) : set.some(fits);
  }
  const [value, ...others] = values ?? [];
  if (value === undefined) return condition.negated;
  return others.length > 0 ? undefinedHolds : fits(value);
}
