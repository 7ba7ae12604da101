import type { Method } from "./method";

/** A resource's method and what its path variables stand for. */
export interface Route {
  readonly method: Method;
  /** Percent-encoded, as they arrived. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Resource {
  readonly segments: readonly string[];
  readonly methods: ReadonlyMap<string, Method>;
}

/** Finds the method for a request; undefined when there is no such resource, or it has no such method. */
export type Router = (httpMethod: string, path: string) => Route | undefined;

const isGreedy = (segment: string) => segment.endsWith("+}");
const isVariable = (segment: string) => segment.startsWith("{");
const variableName = (segment: string) => segment.replace(/^\{|\+?\}$/g, "");

/** A router that prefers what is written out to a variable, and a variable to a greedy one. */
export function createRouter(methods: readonly Method[]): Router {
  const byPath = new Map<string, Map<string, Method>>();
  for (const method of methods) {
    const known = byPath.get(method.resourcePath) ?? new Map<string, Method>();
    byPath.set(method.resourcePath, known.set(method.httpMethod, method));
  }
  const resources = [...byPath]
    .map(([path, known]): Resource => ({ segments: segmentsOf(path), methods: known }))
    .sort((a, b) => compare(a.segments, b.segments));
  return (httpMethod, path) => {
    const segments = segmentsOf(path);
    const resource = resources.find((each) => matches(each.segments, segments));
    const method = resource?.methods.get(httpMethod) ?? resource?.methods.get("ANY");
    return resource && method && { method, pathParameters: parametersOf(resource.segments, segments) };
  };
}

/** Slashes at either end do not count. */
function segmentsOf(path: string): string[] {
  const trimmed = path.replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? [] : trimmed.split("/");
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const greedy = isGreedy(pattern.at(-1) ?? "");
  if (greedy ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, index) =>
    isVariable(part) ? segments[index] !== "" : part === segments[index],
  );
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pattern.flatMap((part, index) => {
      if (!isVariable(part)) return [];
      const value = isGreedy(part) ? segments.slice(index).join("/") : (segments[index] ?? "");
      return [[variableName(part), value]];
    }),
  );
}

function compare(a: readonly string[], b: readonly string[]): number {
  const rank = (segment: string | undefined) =>
    segment === undefined ? 3 : isGreedy(segment) ? 2 : isVariable(segment) ? 1 : 0;
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = rank(a[index]) - rank(b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}
