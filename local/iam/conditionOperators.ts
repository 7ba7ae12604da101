import { BlockList, isIP } from "node:net";
import { arnGlyphParts, arnParts } from "./arn";
import { matches, parseTemplate, resolve, type TemplateOptions } from "./patterns";
import { PolicyError } from "./policyError";
import type { RequestContext } from "./requestContext";

/** Whether one value of the request fits one value of the policy. */
export type Comparison = (actual: string, context: RequestContext) => boolean;

/** Makes a comparison of a policy's value. `variables` says whether the document's version knows them. */
type Compile = (value: string, variables: boolean, place: string) => Comparison;

export interface ConditionOperator {
  readonly compile: Compile;
  /** The comparison's opposite, such as `StringNotEquals`. */
  readonly negated: boolean;
}

const stringComparison =
  (wildcards: boolean, fold: (text: string) => string = (text) => text): Compile =>
  (value, variables, place) => {
    const options: TemplateOptions = { wildcards, variables };
    const template = parseTemplate(value, options, place);
    return (actual, context) => {
      const glyphs = resolve(template, context);
      if (!glyphs) return false;
      const folded = glyphs.map((glyph) => (typeof glyph === "string" ? fold(glyph) : glyph));
      return matches(folded, fold(actual));
    };
  };

/** Compares what both values stand for; a request's value that is no such thing fits nothing. */
const orderedComparison =
  (
    parse: (text: string) => number,
    rule: string,
    test: (actual: number, wanted: number) => boolean,
  ): Compile =>
  (value, _variables, place) => {
    const wanted = parse(value);
    if (Number.isNaN(wanted)) throw new PolicyError(place, rule);
    return (actual) => !Number.isNaN(parse(actual)) && test(parse(actual), wanted);
  };

const numeric = (test: (actual: number, wanted: number) => boolean) =>
  orderedComparison(parseNumber, "must be a number; policy variables are not possible here", test);

const date = (test: (actual: number, wanted: number) => boolean) =>
  orderedComparison(parseDate, "must be an ISO 8601 date or seconds since 1970, without variables", test);

function parseNumber(text: string): number {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
}

const isoDate = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?$/;

/** Milliseconds since the epoch. Four digits are a year, other numbers are seconds. */
function parseDate(text: string): number {
  if (isoDate.test(text)) return Date.parse(text);
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : NaN;
}

const lowerCase = (text: string) => text.toLowerCase();
const sameWord = stringComparison(false, lowerCase);

const bool: Compile = (value, variables, place) => {
  if (!/^(?:true|false)$/i.test(value) && !(variables && value.includes("${"))) {
    throw new PolicyError(place, "must be true or false");
  }
  return sameWord(value, variables, place);
};

const ipAddress: Compile = (value, _variables, place) => {
  const [address = "", prefix, ...more] = value.split("/");
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : parseNumber(prefix);
  if (family === 0 || more.length > 0 || !Number.isInteger(length) || length < 0 || length > bits) {
    throw new PolicyError(place, "must be an IP address or a CIDR range such as 203.0.113.0/24");
  }
  const range = new BlockList();
  range.addSubnet(address, length, family === 6 ? "ipv6" : "ipv4");
  return (actual) => isIP(actual) !== 0 && range.check(actual, isIP(actual) === 6 ? "ipv6" : "ipv4");
};

const arn: Compile = (value, variables, place) => {
  const template = parseTemplate(value, { wildcards: true, variables }, place);
  const hasVariables = template.some((part) => typeof part === "object" && "name" in part);
  if (!hasVariables && !arnParts(value)) {
    throw new PolicyError(place, "must be an ARN of six parts; each part may have wildcards of its own");
  }
  return (actual, context) => {
    const glyphs = resolve(template, context);
    const wanted = glyphs && arnGlyphParts(glyphs);
    const parts = arnParts(actual);
    return (
      wanted !== undefined && parts !== undefined && wanted.every((part, i) => matches(part, parts[i] ?? ""))
    );
  };
};

const is = (compile: Compile): ConditionOperator => ({ compile, negated: false });
const isNot = (compile: Compile): ConditionOperator => ({ compile, negated: true });
const equal = (actual: number, wanted: number) => actual === wanted;
const less = (actual: number, wanted: number) => actual < wanted;
const atMost = (actual: number, wanted: number) => actual <= wanted;
const greater = (actual: number, wanted: number) => actual > wanted;
const atLeast = (actual: number, wanted: number) => actual >= wanted;

/**
 * The operators that a policy may use, beside `Null`; `BinaryEquals` is not among them, as no key here is binary.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const conditionOperators: ReadonlyMap<string, ConditionOperator> = new Map([
  ["StringEquals", is(stringComparison(false))],
  ["StringNotEquals", isNot(stringComparison(false))],
  ["StringEqualsIgnoreCase", is(sameWord)],
  ["StringNotEqualsIgnoreCase", isNot(sameWord)],
  ["StringLike", is(stringComparison(true))],
  ["StringNotLike", isNot(stringComparison(true))],
  ["NumericEquals", is(numeric(equal))],
  ["NumericNotEquals", isNot(numeric(equal))],
  ["NumericLessThan", is(numeric(less))],
  ["NumericLessThanEquals", is(numeric(atMost))],
  ["NumericGreaterThan", is(numeric(greater))],
  ["NumericGreaterThanEquals", is(numeric(atLeast))],
  ["DateEquals", is(date(equal))],
  ["DateNotEquals", isNot(date(equal))],
  ["DateLessThan", is(date(less))],
  ["DateLessThanEquals", is(date(atMost))],
  ["DateGreaterThan", is(date(greater))],
  ["DateGreaterThanEquals", is(date(atLeast))],
  ["Bool", is(bool)],
  ["IpAddress", is(ipAddress)],
  ["NotIpAddress", isNot(ipAddress)],
  ["ArnEquals", is(arn)],
  ["ArnLike", is(arn)],
  ["ArnNotEquals", isNot(arn)],
  ["ArnNotLike", isNot(arn)],
]);
