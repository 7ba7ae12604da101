import { OpenApiImportError } from "./errors";
import { isObject, listAt, objectAt, type JsonObject } from "./json";

/** The keywords of JSON Schema draft 4 that API Gateway's models take. */
const keywords = new Set(
  (
    "$ref $schema title description type enum format properties patternProperties additionalProperties required " +
    "minProperties maxProperties dependencies items additionalItems minItems maxItems uniqueItems minLength maxLength " +
    "pattern minimum maximum multipleOf allOf anyOf oneOf not definitions"
  ).split(" "),
);

/** What holds the schemas inside a schema: one, a list, or a map of them. */
const single = ["additionalProperties", "additionalItems", "items", "not"];
const lists = ["allOf", "anyOf", "oneOf", "items"];
const maps = ["properties", "patternProperties", "dependencies", "definitions"];

/** A schema and the ones inside it, with where each is. */
export function* schemasWithin(
  schema: JsonObject,
  where: string,
): Generator<[schema: JsonObject, where: string]> {
  yield [schema, where];
  for (const keyword of single) {
    const inner = schema[keyword];
    if (isObject(inner)) yield* schemasWithin(inner, `${where}.${keyword}`);
  }
  for (const keyword of lists) {
    const inner = schema[keyword];
    if (!Array.isArray(inner)) continue;
    for (const [index, each] of listAt(inner, where).entries()) {
      if (isObject(each)) yield* schemasWithin(each, `${where}.${keyword}[${index}]`);
    }
  }
  for (const keyword of maps) {
    for (const [name, inner] of Object.entries(objectAt(schema[keyword], `${where}.${keyword}`))) {
      if (isObject(inner)) yield* schemasWithin(inner, `${where}.${keyword}.${name}`);
    }
  }
}

/**
 * Refuses a schema with keywords that API Gateway's models do not have.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function checkSchema(schema: JsonObject, where: string): void {
  for (const [each, at] of schemasWithin(schema, where)) {
    const unsupported = Object.keys(each).filter((keyword) => !keywords.has(keyword));
    if (unsupported.length > 0) {
      throw new OpenApiImportError(
        at,
        `Invalid model schema specified. Unsupported keyword(s): ${JSON.stringify(unsupported)}; models are JSON Schema draft 4`,
      );
    }
    const format = each["format"];
    if (typeof format === "string" && ["int32", "int64", "decimal"].includes(format)) {
      throw new OpenApiImportError(at, `API Gateway does not support the format ${format}; leave it out`);
    }
    const reference = each["$ref"];
    if (typeof reference === "string" && !reference.startsWith("#/components/schemas/")) {
      throw new OpenApiImportError(at, `$ref '${reference}' must point into #/components/schemas/`);
    }
  }
}
