import { series } from "../../local/endpoint/faults/decisions";

/** Stops and starts the local cloud in the middle of a run: about evenly spread over its jobs, and when depends on the seed. */
export class Restarts {
  readonly #marks: number[];
  #last = Promise.resolve();
  #done = 0;

  constructor(
    { seed, restarts, jobs }: { readonly seed: number; readonly restarts: number; readonly jobs: number },
    private readonly restart: () => Promise<void>,
  ) {
    const random = series(seed, "restarts");
    const spacing = jobs / (restarts + 1);
    this.#marks = Array.from({ length: restarts }, (_, index) =>
      Math.max(1, Math.floor(spacing * (index + 0.75 + random() / 2))),
    );
  }

  /** How often it was stopped and started. */
  get done(): number {
    return this.#done;
  }

  /** Is told how many jobs were accepted. */
  pass(accepted: number): void {
    for (; this.#marks[0] !== undefined && this.#marks[0] <= accepted; this.#marks.shift()) {
      this.#last = this.#last.then(() => this.restart()).then(() => void (this.#done += 1));
      // Whoever waits for the end hears of a failure.
      this.#last.catch(() => undefined);
    }
  }

  /** Resolves when none is under way. @throws what a restart failed with */
  async ended(): Promise<void> {
    await this.#last;
  }
}
