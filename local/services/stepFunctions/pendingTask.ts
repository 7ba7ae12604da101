import type { Clock } from "../../clock";
import type { AttemptProgress, TaskAnswer } from "./execution";
import { heartbeatTimeout, taskFailure, timeout, type StatesError } from "./language/statesError";
import { RunEnded, whenAborted } from "./waiting";

/** How a task came out. */
export type Outcome = { readonly output: unknown } | { readonly failure: StatesError | RunEnded };

export interface PendingTaskOptions {
  readonly clock: Clock;
  /** Ends the task when its execution ends. */
  readonly signal: AbortSignal;
  readonly attempt: AttemptProgress;
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
    const { attempt, signal } = options;
    this.#awaitEnd();
    this.#awaitHeartbeat();
    if (attempt.answer) this.#take(attempt.answer);
    this.#forgetSignal = whenAborted(signal, () => this.#expire(new RunEnded()));
  }

  /** Whether it can still be answered. */
  get open(): boolean {
    return this.#open;
  }

  answer(answer: TaskAnswer): void {
    if (!this.#open) return;
    this.options.attempt.answer = answer;
    this.#take(answer);
  }

  /** Starts the heartbeat's time again, and only that. */
  heartbeat(): void {
    if (!this.#open) return;
    const { attempt, clock } = this.options;
    attempt.heartbeatAt = clock.now();
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

  #take(answer: TaskAnswer): void {
    this.#end();
    if ("output" in answer) return this.#answer(answer);
    const { error, cause } = answer.failure;
    this.#answer({ failure: taskFailure(error, cause) });
  }

  #awaitEnd(): void {
    const { end, missed } = this.#deadlines;
    if (end === Infinity || (missed < end && this.#hasPassed(missed))) return;
    this.#cancelTimeout = this.#at(end, timeout);
  }

  #awaitHeartbeat(): void {
    const { end, missed } = this.#deadlines;
    if (missed === Infinity || (end < missed && this.#hasPassed(end))) return;
    this.#cancelHeartbeat = this.#at(missed, heartbeatTimeout);
  }

  /** Both may have passed while the local cloud was stopped: the first one decides. */
  get #deadlines(): { readonly end: number; readonly missed: number } {
    const { attempt } = this.options;
    const { startedAt, timeoutSeconds = Infinity, heartbeatAt, heartbeatSeconds = Infinity } = attempt;
    return { end: startedAt + timeoutSeconds * 1000, missed: heartbeatAt + heartbeatSeconds * 1000 };
  }

  #hasPassed(time: number): boolean {
    return time <= this.options.clock.now();
  }

  #at(time: number, failure: () => StatesError): () => void {
    const { clock } = this.options;
    return clock.after(Math.max(time - clock.now(), 0), () => this.#expire(failure()));
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
