import { createRequire } from "node:module";
import { Resource } from "@pulumi/pulumi";

const load = createRequire(__filename);

/** Where Pulumi's SDK takes note of each promise that it makes. */
export const promiseNotes = load("@pulumi/pulumi/runtime/debuggable") as {
  readonly debuggablePromise: (promise: Promise<unknown>, context: unknown) => Promise<unknown>;
};

/** Where it takes note of the places in the program at which a resource is made. */
export const placeNotes = Resource as unknown as { readonly callsites: () => readonly object[] };

/** What it puts into a debug message for each resource, as text. */
export const responseNotes = (
  load("@pulumi/pulumi/proto/resource_pb") as { RegisterResourceResponse: { prototype: object } }
).RegisterResourceResponse.prototype as { readonly toString: () => string };

/**
 * Spares what Pulumi's SDK notes for its own diagnosis, which nobody asks for here; stacks are looked up in the sources, and a
 * fifth of what a program takes:
 * - each promise with the stack that it was made in, to say at the end of the process which were left over; here a
 *   program that waits for ever is seen to wait,
 * - the stack of each resource, for the engine,
 * - the text of each registered resource, for a debug message.
 * @returns what ends it
 */
export function withoutNotes(): () => void {
  const ends = [
    replace(promiseNotes, "debuggablePromise", (promise) => promise),
    replace(placeNotes, "callsites", () => []),
    replace(responseNotes, "toString", () => "a response"),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** @returns what puts it back as it was, own or inherited */
function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  value: Owner[Name],
): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(owner, name, own);
    else Reflect.deleteProperty(owner, name);
  };
}
