import type { Clock } from "../../clock";
import { heartbeatTimeout, timeout, type StatesError } from "./language/statesError";
import { RunEnded, whenAborted } from "./waiting";

/** How a task came out. */
export type Outcome = { readonly output: unknown } | { readonly failure: StatesError | RunEnded };

export interface PendingTaskOptions {
  readonly clock: Clock;
  /** Ends the task when its execution ends. */
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

const nothing = () => undefined;

/**
 * An attempt at a task while it is under way: at most once answered by its token, or ended by its timeout, by a missed
 * heartbeat or with its execution. An answer may come before the call that asks for it has returned.
 */
export class PendingTask {
  readonly answered: Promise<Outcome>;
  readonly #interrupted: Promise<Outcome>;
  #answer: (outcome: Outcome) => void = nothing;
  #interrupt: (outcome: Outcome) => void = nothing;
  #open = true;
  #cancelTimeout: () => void = nothing;
  #cancelHeartbeat: () => void = nothing;
  readonly #forgetSignal: () => void;

  constructor(private readonly options: PendingTaskOptions) {
    this.answered = new Promise((resolve) => (this.#answer = resolve));
    this.#interrupted = new Promise((resolve) => (this.#interrupt = resolve));
    const { clock, signal, timeoutSeconds } = options;
    if (timeoutSeconds !== undefined) {
      this.#cancelTimeout = clock.after(timeoutSeconds * 1000, () => this.#expire(timeout()));
    }
    this.#awaitHeartbeat();
    this.#forgetSignal = whenAborted(signal, () => this.#expire(new RunEnded()));
  }

  /** Whether it can still be answered. */
  get open(): boolean {
    return this.#open;
  }

  answer(outcome: Outcome): void {
    if (!this.#open) return;
    this.#end();
    this.#answer(outcome);
  }

  /** Starts the heartbeat's time again, and only that. */
  heartbeat(): void {
    if (!this.#open) return;
    this.#cancelHeartbeat();
    this.#awaitHeartbeat();
  }

  /** The output of `work`, unless the task ends before. @throws StatesError or RunEnded */
  async until(work: Promise<Outcome>): Promise<unknown> {
    const outcome = await Promise.race([this.#interrupted, work]);
    if ("failure" in outcome) throw outcome.failure;
    return outcome.output;
  }

  /** Releases everything; from here on it cannot be answered. */
  close(): void {
    this.#end();
    this.#forgetSignal();
  }

  #awaitHeartbeat(): void {
    const { clock, heartbeatSeconds } = this.options;
    if (heartbeatSeconds === undefined) return;
    this.#cancelHeartbeat = clock.after(heartbeatSeconds * 1000, () => this.#expire(heartbeatTimeout()));
  }

  #expire(failure: StatesError | RunEnded): void {
    this.#end();
    this.#interrupt({ failure });
  }

  #end(): void {
    this.#open = false;
    this.#cancelTimeout();
    this.#cancelHeartbeat();
  }
}
