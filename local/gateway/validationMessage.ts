import type { ErrorObject } from "ajv";

/**
 * `$context.error.validationErrorString`: what is wrong with a body, in the words of API Gateway's validator.
 * Errors of one kind about one object are one message; the alternatives of a failed choice are not listed.
 */
export function validationMessage(errors: readonly ErrorObject[]): string {
  const messages = errors
    .filter(({ schemaPath }) => !/\/(anyOf|oneOf)\/\d+\//.test(schemaPath))
    .map((error) => grouped(error, errors) ?? messageOf(error));
  return `[${[...new Set(messages)].join(", ")}]`;
}

function grouped(error: ErrorObject, errors: readonly ErrorObject[]): string | undefined {
  const names = (parameter: string) =>
    JSON.stringify(
      errors
        .filter(
          ({ keyword, instancePath }) => keyword === error.keyword && instancePath === error.instancePath,
        )
        .map(({ params }) => String(parameterOf(params, parameter)))
        .sort(),
    );
  if (error.keyword === "required")
    return `object has missing required properties (${names("missingProperty")})`;
  if (error.keyword !== "additionalProperties") return undefined;
  return `object instance has properties which are not allowed by the schema: ${names("additionalProperty")}`;
}

function messageOf({ keyword, params, data, parentSchema, schema, message }: ErrorObject): string {
  const text = JSON.stringify(data);
  const limit = String(parameterOf(params, "limit"));
  const length = typeof data === "string" ? [...data].length : 0;
  switch (keyword) {
    case "type":
      return `instance type (${typeName(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify(allowedTypes(schema))})`;
    case "enum":
      return `instance value (${text}) not found in enum (possible values: ${JSON.stringify(schema)})`;
    case "minLength":
      return `string ${text} is too short (length: ${length}, required minimum: ${limit})`;
    case "maxLength":
      return `string ${text} is too long (length: ${length}, maximum allowed: ${limit})`;
    case "minimum":
      return `numeric instance is lower than the required minimum (minimum: ${limit}, found: ${text})`;
    case "maximum":
      return `numeric instance is greater than the required maximum (maximum: ${limit}, found: ${text})`;
    case "pattern":
      return `ECMA 262 regex ${JSON.stringify(schema)} does not match input string ${text}`;
    case "anyOf":
      return `instance failed to match at least one required schema among ${countOf(schema)}`;
    case "oneOf":
      return `instance failed to match exactly one schema (matched ${matched(params)} out of ${countOf(schema)})`;
    default:
      return `${message ?? keyword}${parentSchema === undefined ? "" : ` (found: ${text})`}`;
  }
}

function parameterOf(params: object, name: string): unknown {
  return (params as Record<string, unknown>)[name];
}

function typeName(data: unknown): string {
  if (data === null) return "null";
  if (Array.isArray(data)) return "array";
  return typeof data === "number" && Number.isInteger(data) ? "integer" : typeof data;
}

/** Every integer is a number, and the validator says so. */
function allowedTypes(schema: unknown): unknown[] {
  const types = [schema].flat();
  return types.includes("number") && !types.includes("integer") ? ["integer", ...types] : types;
}

const countOf = (schema: unknown) => (Array.isArray(schema) ? schema.length : 0);
const matched = (params: object) => (Array.isArray(parameterOf(params, "passingSchemas")) ? 2 : 0);
