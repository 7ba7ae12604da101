import { setTimeout } from "node:timers/promises";
import type { Passage } from "../../../gate";

/** While people wait for answers, a batch is not to keep them waiting as a whole. */
const mostBetween = 5;

/** How much is taken from a source at once: a whole batch, or little while others go first. */
export function sizeNow(gate: Passage, batchSize: number): number {
  return gate.open ? batchSize : Math.min(batchSize, mostBetween);
}

/**
 * Lets what comes one by one gather for a moment after a reading that found less than a batch, so that a busy source
 * does not become an invocation for each record. What comes after a quiet time is read at once.
 */
export class Pace {
  #next = 0;

  /** @param pause in milliseconds; on AWS a stream without new records is asked four times a second. @default 50 */
  constructor(private readonly pause = 50) {}

  /** Tells how much the last reading found. */
  found(count: number, batchSize: number): void {
    this.#next = count > 0 && count < batchSize ? performance.now() + this.pause : 0;
  }

  /** Resolves when it is time for the next reading, or when the signal aborts. */
  async passed(signal: AbortSignal): Promise<void> {
    const rest = this.#next - performance.now();
    if (rest > 0) await setTimeout(rest, undefined, { signal }).catch(() => undefined);
  }
}
