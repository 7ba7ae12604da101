import type { Clock } from "../../clock";

/** What work is told when its execution has ended, or the local cloud stops, while it waits. */
export class RunEnded extends Error {
  constructor() {
    super("the execution ended");
    this.name = "RunEnded";
  }
}

/** Why the signal of an execution is aborted when the local cloud stops: the execution goes on after a restart. */
export const halted = new Error("the local cloud stops");

/** Calls back when the signal is aborted, at once if it already is; returns what takes that back. */
export function whenAborted(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback();
  else signal.addEventListener("abort", callback, { once: true });
  return () => signal.removeEventListener("abort", callback);
}

/** Waits on the clock. @throws RunEnded when the signal is aborted first */
export function delay(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => {
      forget();
      resolve();
    });
    const forget = whenAborted(signal, () => {
      cancel();
      reject(new RunEnded());
    });
  });
}
