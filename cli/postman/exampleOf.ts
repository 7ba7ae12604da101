import type { Schema, Schemas } from "./openApi";
import { samples, time, type Values } from "./samples";

/**
 * A value that the schema allows: what is required, and what has a value in `known`, in the samples of the schema or in
 * an `example` of its own. The same schema has always the same.
 * @throws Error when a reference leads nowhere
 */
export function exampleOf(schema: Schema, schemas: Schemas, known: Values = samples.everywhere): unknown {
  const { $ref, enum: choices, type, format, minimum = 1, items } = schema;
  if ($ref !== undefined) return referencedExample($ref, schemas, known);
  const given = schema.example ?? schema.default ?? choices?.[0];
  if (given !== undefined) return given;
  if (type === "array") return items ? [exampleOf(items, schemas, known)] : [];
  if (type === "object") return objectExample(schema, schemas, known);
  if (type === "integer" || type === "number") return minimum;
  if (type === "boolean") return true;
  return format === "date-time" ? time : "text";
}

function referencedExample($ref: string, schemas: Schemas, known: Values): unknown {
  const name = $ref.replace("#/components/schemas/", "");
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`The document has no ${$ref}.`);
  return exampleOf(schema, schemas, { ...known, ...samples.bySchema[name] });
}

function objectExample({ properties = {}, required = [] }: Schema, schemas: Schemas, known: Values): object {
  const entries = Object.entries(properties)
    .filter(([name, { example }]) => name in known || required.includes(name) || example !== undefined)
    .map(([name, schema]) => [name, name in known ? known[name] : exampleOf(schema, schemas, known)]);
  return Object.fromEntries(entries) as object;
}
