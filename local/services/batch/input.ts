import type { JsonObject } from "../jsonProtocol";
import { clientException, serializationException } from "./errors";

/** Members of a request, read with their types. All throw AwsError ClientException or SerializationException. */
export function requiredText(input: JsonObject, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "") {
    throw clientException(`Missing required request fields: [${name}].`);
  }
  return value;
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw serializationException(name, "a string");
}

export function optionalFlag(input: JsonObject, name: string): boolean | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw serializationException(name, "a boolean");
}

/** A whole number between `least` and `most`. */
export function optionalInteger(
  input: JsonObject,
  name: string,
  [least, most]: readonly [number, number],
): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw serializationException(name, "an integer");
  if (value < least || value > most) {
    throw clientException(`${name} must be between ${least} and ${most}, and is ${value}.`);
  }
  return value;
}

export function optionalObject(input: JsonObject, name: string): JsonObject | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw serializationException(name, "an object");
}

export function objects(input: JsonObject, name: string): readonly JsonObject[] {
  const value = list(input, name);
  if (value.every(isObject)) return value;
  throw serializationException(name, "a list of objects");
}

export function texts(input: JsonObject, name: string): readonly string[] {
  const value = list(input, name);
  if (value.every((item) => typeof item === "string")) return value;
  throw serializationException(name, "a list of strings");
}

/** A map from strings to strings. */
export function textMap(input: JsonObject, name: string): Record<string, string> {
  const value = optionalObject(input, name) ?? {};
  const entries = Object.entries(value).filter((entry): entry is [string, string] => {
    if (typeof entry[1] === "string") return true;
    throw serializationException(`${name}.${entry[0]}`, "a string");
  });
  return Object.fromEntries(entries);
}

/** One of the values given, as text. */
export function optionalChoice<T extends string>(
  input: JsonObject,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = optionalText(input, name);
  const choice = choices.find((each) => each === value);
  if (value !== undefined && choice === undefined) {
    throw clientException(`${name} must be one of ${choices.join(", ")}, and is ${value}.`);
  }
  return choice;
}

function list(input: JsonObject, name: string): readonly unknown[] {
  const value = input[name] ?? [];
  if (Array.isArray(value)) return value;
  throw serializationException(name, "a list");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
