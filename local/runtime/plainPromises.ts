import { createRequire } from "node:module";

/** Where Pulumi's SDK takes note of each promise that it makes. */
export interface PromiseNotes {
  readonly debuggablePromise: (promise: Promise<unknown>, context: unknown) => Promise<unknown>;
}

export const promiseNotes = createRequire(__filename)("@pulumi/pulumi/runtime/debuggable") as PromiseNotes;

/**
 * Spares what Pulumi's SDK notes of each promise, with the stack it was made in, to say at the end of the process which were
 * left over: a fifth of what a program takes, where stacks are looked up in the sources. Here a program that waits for
 * ever is seen to wait.
 * @returns what ends it
 */
export function withPlainPromises(): () => void {
  const { debuggablePromise } = promiseNotes;
  Object.assign(promiseNotes, { debuggablePromise: (promise: Promise<unknown>) => promise });
  return () => void Object.assign(promiseNotes, { debuggablePromise });
}
