/** Where the SDK makes promises that remember the stack they were made in, to say which were left over. */
const promiseFile = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/;

type PrepareStackTrace = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/**
 * Spares the stacks that Pulumi's SDK takes for each promise: to find their lines in the sources is a fifth of what a
 * program takes, and only its leak detector would show them. Every other error has its stack.
 * @returns what ends it
 */
export function withoutPromiseStacks(): () => void {
  const before = Reflect.get(Error, "prepareStackTrace") as PrepareStackTrace | undefined;
  const prepare = before ?? plainStack;
  Error.prepareStackTrace = (error: Error, frames: NodeJS.CallSite[]): unknown =>
    promiseFile.test(frames[0]?.getFileName() ?? "") ? String(error) : prepare(error, frames);
  return () => {
    if (before) Error.prepareStackTrace = before;
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  };
}

/** As V8 writes it. */
function plainStack(error: Error, frames: readonly NodeJS.CallSite[]): string {
  return [String(error), ...frames.map((frame) => `    at ${frame.toString()}`)].join("\n");
}
