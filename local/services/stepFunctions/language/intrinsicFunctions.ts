import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../jsonProtocol";
import { predefinedError } from "./statesError";

type IntrinsicFunction = (...values: unknown[]) => unknown;

const textLimit = 10_000;
const rangeLimit = 1000;

/**
 * The intrinsic functions but `States.Format`, whose template is syntax (format.ts).
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export const intrinsicFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  "States.StringToJson": (value) => parseJson(text(value)),
  "States.JsonToString": (value) => JSON.stringify(value),
  "States.Array": (...values) => values,
  "States.ArrayPartition": (value, size) => partition(list(value), positive(size)),
  "States.ArrayContains": (value, wanted) => list(value).some((item) => isDeepStrictEqual(item, wanted)),
  "States.ArrayRange": (first, last, step) => range(whole(first), whole(last), whole(step)),
  "States.ArrayGetItem": (value, index) => item(list(value), whole(index)),
  "States.ArrayLength": (value) => list(value).length,
  "States.ArrayUnique": (value) => unique(list(value)),
  "States.Base64Encode": (value) => Buffer.from(short(text(value))).toString("base64"),
  "States.Base64Decode": (value) => Buffer.from(short(text(value)), "base64").toString(),
  "States.Hash": (value, algorithm) => hash(value, text(algorithm)),
  "States.JsonMerge": (first, second, deep) => merge(object(first), object(second), deep),
  "States.MathRandom": (first, last) =>
    Math.floor(Math.random() * (whole(last) - whole(first))) + whole(first),
  "States.MathAdd": (first, second) => whole(first) + whole(second),
  "States.StringSplit": (value, separators) => split(text(value), text(separators)),
  "States.UUID": () => randomUUID(),
};

/** The error of an intrinsic function that cannot work with its arguments. */
export function intrinsicFailure(reason: string) {
  return predefinedError("States.IntrinsicFailure", reason);
}

function parseJson(value: string): unknown {
  if (value.trim() === "") return null;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw intrinsicFailure(`'${value}' is not JSON`);
    throw error;
  }
}

function partition(values: unknown[], size: number): unknown[][] {
  const chunks: unknown[][] = [];
  for (let start = 0; start < values.length; start += size) chunks.push(values.slice(start, start + size));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw intrinsicFailure("the step of States.ArrayRange is 0");
  const length = Math.max(Math.floor((last - first) / step) + 1, 0);
  if (length > rangeLimit) throw intrinsicFailure(`States.ArrayRange gives at most ${rangeLimit} items`);
  return Array.from({ length }, (_, index) => first + index * step);
}

function item(values: unknown[], index: number): unknown {
  if (index < 0 || index >= values.length) throw intrinsicFailure(`there is no item ${index}`);
  return values[index];
}

function unique(values: unknown[]): unknown[] {
  return values.filter((value, at) => values.findIndex((other) => isDeepStrictEqual(other, value)) === at);
}

const digests: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(value: unknown, algorithm: string): string {
  const digest = digests[algorithm];
  if (digest === undefined) throw intrinsicFailure(`unknown algorithm '${algorithm}'`);
  const data = typeof value === "string" ? value : JSON.stringify(value);
  return createHash(digest).update(short(data)).digest("hex");
}

function merge(first: JsonObject, second: JsonObject, deep: unknown): JsonObject {
  if (deep !== false)
    throw intrinsicFailure("States.JsonMerge merges shallowly only: the third argument is false");
  return { ...first, ...second };
}

function split(value: string, separators: string): string[] {
  const parts: string[] = [""];
  for (const character of value) {
    if (separators.includes(character)) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== "");
}

function text(value: unknown): string {
  if (typeof value !== "string") throw intrinsicFailure(`expected a string, got ${JSON.stringify(value)}`);
  return value;
}

function short(value: string): string {
  if (value.length > textLimit) throw intrinsicFailure(`the text is longer than ${textLimit} characters`);
  return value;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw intrinsicFailure(`expected an array, got ${JSON.stringify(value)}`);
  return value;
}

function object(value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw intrinsicFailure(`expected an object, got ${JSON.stringify(value)}`);
  }
  return value as JsonObject;
}

function whole(value: unknown): number {
  if (typeof value !== "number") throw intrinsicFailure(`expected a number, got ${JSON.stringify(value)}`);
  return Math.round(value);
}

function positive(value: unknown): number {
  const number = whole(value);
  if (number < 1) throw intrinsicFailure(`expected a positive number, got ${number}`);
  return number;
}
