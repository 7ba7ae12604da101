import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { OpenApiImportError } from "./errors";
import { isObject, type JsonObject } from "./json";
import { schemasWithin } from "./schemaCheck";

/** A compiled model. */
export type Model = ValidateFunction;

/** The formats of JSON Schema draft 4; others say nothing to API Gateway's validator. */
const formats = ["date-time", "email", "hostname", "ipv4", "ipv6", "uri"] as const;

/** Compiles the schemas of a document into models. */
export class Models {
  private readonly ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    logger: false,
    validateSchema: false,
  });

  /** @param document must have passed the check of its schemas */
  constructor(document: JsonObject) {
    addFormats(this.ajv, [...formats]);
    this.ajv.addSchema({ ...withoutItemCounts(document), $id: "document" }, "document");
  }

  /**
   * The model at a place of the document.
   * @param fragment a JSON pointer, for example `#/components/schemas/Job`
   * @throws OpenApiImportError for a schema that is none
   */
  at(fragment: string, where: string): Model {
    try {
      return this.ajv.compile({ $ref: `document${fragment}` });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new OpenApiImportError(where, `Invalid model schema specified: ${reason}`);
    }
  }
}

/**
 * Importing a document drops `minItems` and `maxItems` from what is validated.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function withoutItemCounts(document: JsonObject): JsonObject {
  const copy = structuredClone(document);
  const drop = (value: unknown) => {
    if (!isObject(value)) return;
    for (const [schema] of schemasWithin(value, "")) {
      Reflect.deleteProperty(schema, "minItems");
      Reflect.deleteProperty(schema, "maxItems");
    }
  };
  for (const schema of schemasOf(copy)) drop(schema);
  return copy;
}

/** Every schema of a document that can be a model: the named ones, and those in request bodies and responses. */
function* schemasOf(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) for (const each of value) yield* schemasOf(each);
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "schema") yield inner;
    else if (name === "schemas" && isObject(inner)) yield* Object.values(inner);
    else yield* schemasOf(inner);
  }
}
