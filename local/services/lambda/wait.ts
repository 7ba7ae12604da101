import type { Clock } from "../../clock";

/** Resolves after `milliseconds` on the clock, or when the signal aborts. */
export function wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(milliseconds, finish);
    if (signal.aborted) finish();
    else signal.addEventListener("abort", finish);
  });
}

/** The value of the promise, or undefined if the signal aborts first; what becomes of the promise is then of no interest. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Doubles from a second up to a minute. */
export function backoff(failures: number): number {
  return Math.min(1000 * 2 ** (failures - 1), 60_000);
}
