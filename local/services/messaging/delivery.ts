import type { Clock } from "../../clock";
import type { Log } from "../../log";

/** Something that one service sends to another on its own account, and tries again when that fails. */
export interface Delivery {
  /** For the log, for example `s3: notification of bucket outputs to arn:…`. */
  readonly description: string;
  send(): Promise<void>;
  /** Milliseconds until the next attempt, given how many have failed; undefined gives up. */
  retryAfter(failures: number, error: unknown): number | undefined;
  /** What becomes of it when every attempt has failed, for example a dead-letter queue. */
  abandon?(error: unknown): Promise<void>;
}

/** Deliveries under way. Each failure is logged; none is lost silently. */
export class Deliveries {
  readonly #underWay = new Set<Promise<void>>();
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Starts a delivery and returns at once. */
  start(delivery: Delivery): void {
    this.#attempt(delivery, 1);
  }

  /** Ends when the attempts under way have ended; what waits for another attempt is dropped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #attempt(delivery: Delivery, attempt: number): void {
    const sending: Promise<void> = delivery
      .send()
      .catch((error: unknown) => this.#failed(delivery, attempt, error))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  async #failed(delivery: Delivery, failures: number, error: unknown): Promise<void> {
    const delay = delivery.retryAfter(failures, error);
    const failure = `${delivery.description} failed (${reasonOf(error)})`;
    if (delay === undefined) return this.#abandon(delivery, failure, error);
    if (this.#stopped) return this.log(`${failure}, dropped because the local cloud stops`);
    this.log(`${failure}, again in ${delay / 1000} s`);
    const cancel = this.clock.after(delay, () => {
      this.#timers.delete(cancel);
      this.#attempt(delivery, failures + 1);
    });
    this.#timers.add(cancel);
  }

  async #abandon(delivery: Delivery, failure: string, cause: unknown): Promise<void> {
    this.log(`${failure}, given up`);
    try {
      await delivery.abandon?.(cause);
    } catch (error) {
      this.log(`${delivery.description}: the dead-letter queue failed as well (${reasonOf(error)})`);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
