import { OpenApiImportError } from "./errors";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at `where`; an absent one is empty. */
export function objectAt(value: unknown, where: string): JsonObject {
  if (value === undefined) return {};
  if (!isObject(value)) throw new OpenApiImportError(where, "must be an object");
  return value;
}

/** The list at `where`; an absent one is empty. */
export function listAt(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OpenApiImportError(where, "must be a list");
  return value;
}

/** The text at `where`. */
export function textAt(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") throw new OpenApiImportError(where, "must be a text");
  return value;
}

/** Follows `$ref` within the document, once or more. */
export function dereference(document: JsonObject, value: unknown, where: string): JsonObject {
  let object = objectAt(value, where);
  for (let followed = 0; typeof object["$ref"] === "string"; followed++) {
    const reference = object["$ref"];
    if (!reference.startsWith("#/") || followed > 20) {
      throw new OpenApiImportError(
        where,
        `cannot follow $ref '${reference}': only references into the document work`,
      );
    }
    const target = reference
      .slice(2)
      .split("/")
      .reduce<unknown>((at, part) => (isObject(at) ? at[decodePointer(part)] : undefined), document);
    if (!isObject(target)) throw new OpenApiImportError(where, `$ref '${reference}' points nowhere`);
    object = target;
  }
  return object;
}

const decodePointer = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** A JSON pointer of those parts, as a URI fragment. */
export function pointer(...parts: readonly string[]): string {
  return `#/${parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
}
