/** Time, as far as calls are paced and repeated by it. */
export interface Timing {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** The machine's own. */
export const systemTiming = (): Timing => ({
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
});

/**
 * A token bucket: each turn takes a token, and waits for one when there is none.
 * @param perSecond tokens a second, and as many as may be kept, one at least
 */
export function createPace(perSecond: number, { now, wait }: Timing): () => Promise<void> {
  const most = Math.max(1, Math.floor(perSecond));
  let tokens = most;
  let filledAt = now();
  return async () => {
    const at = now();
    // Those that wait owe a token, so that each waits for its own.
    tokens = Math.min(most, tokens + ((at - filledAt) / 1000) * perSecond) - 1;
    filledAt = at;
    if (tokens < 0) await wait(Math.ceil((-tokens / perSecond) * 1000));
  };
}
