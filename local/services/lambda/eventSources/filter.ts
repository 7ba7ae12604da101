import {
  InvalidEventPatternException,
  matchesEventPattern,
  validateEventPattern,
} from "../../events/eventPattern";
import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";

/** As Pulumi and AWS give it; a pattern is JSON text. */
export interface FilterCriteria {
  readonly filters?: readonly { readonly pattern?: string }[];
}

/** Whether a record is for the function. */
export type Filter = (record: JsonObject) => boolean;

const mostFilters = 5;

/**
 * A record passes if it matches any of the patterns, or if there are none.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * @throws AwsError InvalidParameterValueException for criteria that Lambda refuses
 */
export function compileFilter({ filters = [] }: FilterCriteria): Filter {
  if (filters.length > mostFilters) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Number of filters in FilterCriteria must be less than or equal to ${mostFilters}.`,
    );
  }
  const patterns = filters.map(({ pattern = "" }) => parsePattern(pattern));
  return (record) =>
    patterns.length === 0 || patterns.some((pattern) => matchesEventPattern(pattern, record));
}

function parsePattern(text: string): JsonObject {
  const pattern = parseObject(text);
  if (!pattern) throw invalid();
  try {
    validateEventPattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPatternException) throw invalid(error.message);
    throw error;
  }
  return pattern;
}

function invalid(reason?: string): AwsError {
  const message = ["Invalid filter pattern definition.", ...(reason === undefined ? [] : [reason])].join(" ");
  return new AwsError("InvalidParameterValueException", message);
}

/** The object that the JSON text stands for; undefined for other text. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
