import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";

interface Range {
  readonly least?: number;
  readonly most: number;
  /** Data that an error does not repeat. */
  readonly sensitive?: boolean;
}

/** A member of the input that must be there. @throws AwsError ValidationException */
export function requiredText(input: JsonObject, name: string, range: Range): string {
  const value = optionalText(input, name, range);
  if (value === undefined) throw violation(`Value null at '${name}'`, "Member must not be null");
  return value;
}

/** @throws AwsError ValidationException when it is too short or too long, SerializationException when it is no text */
export function optionalText(input: JsonObject, name: string, range: Range): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new AwsError("SerializationException", `${name} is not a string`);
  const { least = 0, most, sensitive = false } = range;
  const subject = sensitive ? `Value at '${name}'` : `Value '${value}' at '${name}'`;
  if (value.length > most) throw violation(subject, `Member must have length less than or equal to ${most}`);
  if (value.length < least) {
    throw violation(subject, `Member must have length greater than or equal to ${least}`);
  }
  return value;
}

/** One of a set. @throws AwsError ValidationException */
export function optionalChoice<T extends string>(
  input: JsonObject,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = optionalText(input, name, { most: Infinity });
  const choice = choices.find((candidate) => candidate === value);
  if (value !== undefined && choice === undefined) {
    throw violation(
      `Value '${value}' at '${name}'`,
      `Member must satisfy enum value set: [${choices.join(", ")}]`,
    );
  }
  return choice;
}

/** @throws AwsError SerializationException */
export function optionalFlag(input: JsonObject, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw new AwsError("SerializationException", `${name} is not a boolean`);
  return value;
}

/** A problem with a member, in the words of AWS's request validation. */
export function violation(subject: string, rule: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: ${subject} failed to satisfy constraint: ${rule}`,
  );
}
