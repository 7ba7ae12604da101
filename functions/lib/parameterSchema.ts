import { Validator } from "@cfworker/json-schema";
import type { Json, JsonObject } from "./job";
import type { Violation } from "./problem";

/**
 * Checks the parameters of a job against its process's schema (JSON Schema draft 7).
 * Returns every violation, with a pointer into the request's body.
 */
export function parameterViolations(schema: JsonObject, parameters: Json): Violation[] {
  const { valid, errors } = new Validator(schema, "7", false).validate(parameters);
  if (valid) return [];
  const violations = errors
    .filter((error) => !wrappers.includes(error.keyword))
    .map((error) => ({
      pointer: `/parameters${error.instanceLocation.slice(1)}`,
      detail: error.error,
    }));
  return violations.length > 0
    ? violations
    : [{ pointer: "/parameters", detail: "does not match the schema" }];
}

/** Keywords whose errors only say that something inside them failed, which has an error of its own. */
const wrappers = ["properties", "items", "allOf", "$ref", "additionalItems", "patternProperties"];
