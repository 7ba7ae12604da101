import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/** Not in the SDK's types. */
const { leakedPromises } = debuggable as unknown as { leakedPromises(): unknown };

/**
 * Forgets the promises of programs that were given up: nobody will keep them, and Pulumi would report them, and fail
 * the process, at the end of the run.
 */
export function forgetPromises(): void {
  leakedPromises();
}
