import { JSONPath } from "jsonpath-plus";
import type { JsonObject } from "../../jsonProtocol";
import { predefinedError, runtimeError } from "./statesError";

type Segment = string | number;

/**
 * Reads a path of the States Language: `$…` from the input, `$$…` from the context object.
 * A path that can name several values gives a list, empty when nothing is there; one that names a single value gives undefined then.
 */
export function readPath(path: string, input: unknown, context: object): unknown {
  const json = path.startsWith("$$") ? context : input;
  const fromRoot = path.startsWith("$$") ? path.slice(1) : path;
  const segments = singleValueSegments(fromRoot);
  if (segments) return segments.reduce(child, json);
  if (typeof json !== "object" || json === null) return [];
  return JSONPath<unknown>({ path: fromRoot, json, wrap: true, eval: "safe" });
}

/** Reads a path that must be there: `InputPath`, `OutputPath`, `TimeoutSecondsPath` and the like. */
export function requirePath(path: string, input: unknown, context: object): unknown {
  const value = readPath(path, input, context);
  if (value === undefined) {
    throw runtimeError(`Invalid path '${path}' : No results for path: ${normalised(path)}`);
  }
  return value;
}

/** Applies `ResultPath`: absent or `$` replaces the input, null keeps it. */
export function applyResultPath(path: string | null | undefined, input: unknown, result: unknown): unknown {
  if (path === undefined) return result;
  if (path === null) return input;
  const segments = singleValueSegments(path);
  if (!segments) throw runtimeError(`Invalid path '${path}': a ResultPath names one place.`);
  return place(input, segments, result, path);
}

function place(target: unknown, segments: readonly Segment[], value: unknown, path: string): unknown {
  const [first, ...rest] = segments;
  if (first === undefined) return value;
  if (typeof first === "number") {
    if (!Array.isArray(target) || first < 0 || first >= target.length) throw noPlace(path, target);
    return target.map((item: unknown, index) => (index === first ? place(item, rest, value, path) : item));
  }
  if (target !== undefined && !isObject(target)) throw noPlace(path, target);
  return { ...target, [first]: place(target?.[first], rest, value, path) };
}

function noPlace(path: string, input: unknown) {
  return predefinedError(
    "States.ResultPathMatchFailure",
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
  );
}

function child(value: unknown, segment: Segment): unknown {
  if (typeof segment === "number") {
    return Array.isArray(value) ? (value.at(segment) as unknown) : undefined;
  }
  return isObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const segmentPattern =
  /\.((?:\\.|[^.[\]\\*\s()?@,])+)|\['((?:\\.|[^'\\])*)'\]|\["((?:\\.|[^"\\])*)"\]|\[(-?\d+)\]/y;

/** The steps of a path that names a single value; undefined for one with wildcards, slices, filters or descent. */
function singleValueSegments(path: string): Segment[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const segments: Segment[] = [];
  let position = 1;
  while (position < path.length) {
    segmentPattern.lastIndex = position;
    const match = segmentPattern.exec(path);
    if (!match) return undefined;
    const name = match[1] ?? match[2] ?? match[3];
    segments.push(name === undefined ? Number(match[4]) : name.replace(/\\(.)/g, "$1"));
    position = segmentPattern.lastIndex;
  }
  return segments;
}

function normalised(path: string): string {
  const segments = singleValueSegments(path.replace(/^\$\$/, "$"));
  return `$${segments?.map((name) => (typeof name === "number" ? `[${name}]` : `['${name}']`)).join("") ?? ""}`;
}
