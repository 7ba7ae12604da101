import type { Counted } from "./activity";
import type { Passage } from "./gate";

/**
 * Lets those go first who wait for an answer. On AWS an API and what happens behind it do not share processors; here they
 * do, and a queue or a stream that is read while people ask would have them wait for all that is behind it.
 */
export class Courtesy implements Passage, Counted {
  #answering = 0;
  readonly #waiting = new Set<() => void>();

  /**
   * @param gate is passed, too
   * @param patience how long work that nobody waits for gives way at most before each step, in milliseconds
   */
  constructor(
    private readonly gate: Passage,
    private readonly patience = 3000,
  ) {}

  /** Counts a request until it is answered. */
  async during<Result>(answer: () => Promise<Result>): Promise<Result> {
    this.#answering += 1;
    try {
      return await answer();
    } finally {
      this.#answering -= 1;
      if (this.#answering === 0) for (const pass of [...this.#waiting]) pass();
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
        clearTimeout(timer);
        this.#waiting.delete(pass);
        signal?.removeEventListener("abort", pass);
        resolve();
      };
      const timer = setTimeout(pass, this.patience);
      this.#waiting.add(pass);
      signal?.addEventListener("abort", pass);
    });
  }
}
