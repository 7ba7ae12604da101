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
  // V8's own stacks cost next to nothing.
  if (!before) return () => undefined;
  Error.prepareStackTrace = (error: Error, frames: NodeJS.CallSite[]): unknown =>
    promiseFile.test(frames[0]?.getFileName() ?? "") ? String(error) : before(error, frames);
  return () => {
    Error.prepareStackTrace = before;
  };
}
