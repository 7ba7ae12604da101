import type { Catcher, Retrier } from "../definition";
import type { StatesError } from "./statesError";

const defaults = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/**
 * Counts a state's retries. The first retrier that matches an error decides, even when it has no attempts left.
 * Source: https://states-language.net/spec.html#retrying-after-error
 */
export class Retries {
  /**
   * @param random from 0 up to 1, for full jitter
   * @param made the retries that each retrier has made, which is kept up to date
   */
  constructor(
    private readonly retriers: readonly Retrier[],
    private readonly random: () => number,
    private readonly made: number[] = [],
  ) {}

  /** Milliseconds to wait before the next attempt, or undefined when there is none. Counts the attempt. */
  next(error: StatesError): number | undefined {
    const index = this.retriers.findIndex((candidate) => matches(candidate, error));
    const retrier = this.retriers[index];
    if (!retrier) return undefined;
    const made = this.made[index] ?? 0;
    if (made >= (retrier.MaxAttempts ?? defaults.MaxAttempts)) return undefined;
    this.made[index] = made + 1;
    return this.#delay(retrier, made);
  }

  #delay(retrier: Retrier, made: number): number {
    const interval = retrier.IntervalSeconds ?? defaults.IntervalSeconds;
    const seconds = Math.min(
      interval * (retrier.BackoffRate ?? defaults.BackoffRate) ** made,
      retrier.MaxDelaySeconds ?? Infinity,
    );
    return seconds * 1000 * (retrier.JitterStrategy === "FULL" ? this.random() : 1);
  }
}

/** The first catcher that matches an error. */
export function catcherOf(catchers: readonly Catcher[], error: StatesError): Catcher | undefined {
  return catchers.find((candidate) => matches(candidate, error));
}

function matches({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }, error: StatesError): boolean {
  return ErrorEquals.some((name) => error.matchedBy.includes(name));
}
