import * as pulumi from "@pulumi/pulumi";

/** Values with every secret in them as it is: the SDK hands secrets over in wrappers. */
export function withoutWrappers(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return withoutWrappers(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(withoutWrappers);
  return isPlain(value) ? mapValues(value, withoutWrappers) : value;
}

/** A program's exports but for those that are undefined, of which the SDK would warn one by one. */
export function definedExports(value: unknown): unknown {
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}

function mapValues(values: Readonly<Record<string, unknown>>, map: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

/** Not an asset, an output or a promise. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
