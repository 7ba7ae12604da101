import { validation } from "./putEvents";

/** The steps of a path such as `$.detail.items[0]['name']`. @throws AwsError for what is no such path */
export function readPath(path: string): readonly string[] {
  if (!/^\$(?:\.[\w-]+|\[\d+\]|\['[^']+'\])*$/.test(path)) throw validation(`Invalid JsonPath: ${path}`);
  const steps = path.slice(1).matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g);
  return [...steps].map(([, name, index, quoted]) => name ?? index ?? quoted ?? "");
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return readPath(path).reduce(memberOf, value);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
