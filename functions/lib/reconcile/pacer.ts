import { setTimeout as pause } from "node:timers/promises";

/** Lets calls pass one after another, with a pause between each two that begin. @param interval milliseconds */
export function pacer(interval: number): () => Promise<void> {
  let next = 0;
  return async () => {
    const wait = next - Date.now();
    next = Math.max(next, Date.now()) + interval;
    if (wait > 0) await pause(wait);
  };
}
