import type { Counted } from "./activity";
import type { Passage } from "./gate";

/** In milliseconds. */
export interface CourtesyLimits {
  /** How long work gives way at most before each step. @default 3000 */
  readonly patience?: number;
  /** Between two pieces of work whose patience has ended, so that not all of them begin at the same time. @default 20 */
  readonly gap?: number;
}

interface Waiting {
  readonly since: number;
  readonly pass: () => void;
}

/**
 * Lets those go first who wait for an answer. On AWS an API and what happens behind it do not share processors; here they
 * do, and a queue or a stream that is read while people ask would have them wait for all that is behind it.
 */
export class Courtesy implements Passage, Counted {
  readonly #patience: number;
  readonly #gap: number;
  #answering = 0;
  /** In the order of their coming. */
  readonly #waiting = new Set<Waiting>();
  #lastPassed = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param gate is passed, too */
  constructor(
    private readonly gate: Passage,
    { patience = 3000, gap = 20 }: CourtesyLimits = {},
  ) {
    this.#patience = patience;
    this.#gap = gap;
  }

  get open(): boolean {
    return this.#answering === 0 && this.gate.open;
  }

  /** Counts a request until it is answered. */
  async during<Result>(answer: () => Promise<Result>): Promise<Result> {
    this.#answering += 1;
    try {
      return await answer();
    } finally {
      this.#answering -= 1;
      if (this.#answering === 0) for (const { pass } of [...this.#waiting]) pass();
    }
  }

  /** Resolves when nobody waits for an answer, or patience ends, and the gate is open; or when the signal aborts. */
  async passed(signal?: AbortSignal): Promise<void> {
    await this.gate.passed(signal);
    if (this.#answering === 0 || signal?.aborted) return;
    await this.#turn(signal);
    await this.gate.passed(signal);
  }

  /** Without an `AbortSignal` of its own: each one that aborts makes an error with a stack. */
  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const pass = () => {
        this.#waiting.delete(waiting);
        signal?.removeEventListener("abort", pass);
        this.#awaitEnd();
        resolve();
      };
      const waiting: Waiting = { since: performance.now(), pass };
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", pass);
      this.#awaitEnd();
    });
  }

  /** Waits for the patience of the first one to end. */
  #awaitEnd(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (!first) return;
    const end = Math.max(first.since + this.#patience, this.#lastPassed + this.#gap);
    this.#timer = setTimeout(() => {
      this.#lastPassed = performance.now();
      first.pass();
    }, end - performance.now());
  }
}
