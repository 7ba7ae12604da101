/** Time, injected so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `milliseconds`, however many; returns what cancels it. Never keeps the process alive. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Node holds a timer's delay in 31 bits; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const due = Date.now() + milliseconds;
    let timer: NodeJS.Timeout;
    const arm = () => {
      const left = due - Date.now();
      timer = setTimeout(left > longestTimer ? arm : callback, Math.min(Math.max(left, 0), longestTimer));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
