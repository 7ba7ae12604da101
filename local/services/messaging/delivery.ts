import type { Clock } from "../../clock";
import type { Log } from "../../log";

/** How one service sends things to others on its own account, and what becomes of those that fail. */
export interface Carrier<Parcel> {
  /** For the log, for example `s3: notification of bucket outputs to arn:…`. */
  describe(parcel: Parcel): string;
  send(parcel: Parcel): Promise<void>;
  /** Milliseconds until the next attempt, given how many have failed; undefined gives up. */
  retryAfter(parcel: Parcel, failures: number, error: unknown): number | undefined;
  /** What becomes of it when every attempt has failed, for example a dead-letter queue. */
  abandon?(parcel: Parcel, error: unknown, failures: number): Promise<void>;
}

/** A parcel that has not arrived yet. */
export interface Undelivered<Parcel> {
  readonly parcel: Parcel;
  failures: number;
  /** When it is tried again, in milliseconds since the epoch. */
  due: number;
}

/** Deliveries under way; parcels are plain data. Each failure is logged; none is lost silently. */
export class Deliveries<Parcel> {
  readonly #undelivered = new Set<Undelivered<Parcel>>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly carrier: Carrier<Parcel>,
  ) {}

  /** Starts a delivery and returns at once; once stopped, it only takes the parcel. */
  start(parcel: Parcel): void {
    const delivery = { parcel, failures: 0, due: this.clock.now() };
    this.#undelivered.add(delivery);
    if (!this.#stopped) this.#attempt(delivery);
  }

  /** What is still to be delivered. */
  save(): readonly Undelivered<Parcel>[] {
    return [...this.#undelivered];
  }

  /** Goes on with what an earlier run did not deliver. */
  restore(undelivered: readonly Undelivered<Parcel>[]): void {
    for (const delivery of undelivered) {
      this.#undelivered.add(delivery);
      this.#wait(delivery);
    }
  }

  /** Ends when the attempts under way have ended; what has not arrived by then waits for ever. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #attempt(delivery: Undelivered<Parcel>): void {
    const sending: Promise<void> = this.carrier
      .send(delivery.parcel)
      .then(() => void this.#undelivered.delete(delivery))
      .catch((error: unknown) => this.#failed(delivery, error))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  async #failed(delivery: Undelivered<Parcel>, error: unknown): Promise<void> {
    const failures = delivery.failures + 1;
    const delay = this.carrier.retryAfter(delivery.parcel, failures, error);
    const failure = `${this.carrier.describe(delivery.parcel)} failed (${reasonOf(error)})`;
    delivery.failures = failures;
    if (delay === undefined) return this.#abandon(delivery, failure, error);
    delivery.due = this.clock.now() + delay;
    if (this.#stopped) return this.log(`${failure}, interrupted because the local cloud stops`);
    this.log(`${failure}, again in ${delay / 1000} s`);
    this.#wait(delivery);
  }

  #wait(delivery: Undelivered<Parcel>): void {
    const cancel = this.clock.after(Math.max(delivery.due - this.clock.now(), 0), () => {
      this.#timers.delete(cancel);
      this.#attempt(delivery);
    });
    this.#timers.add(cancel);
  }

  async #abandon(delivery: Undelivered<Parcel>, failure: string, cause: unknown): Promise<void> {
    this.log(`${failure}, given up`);
    const { parcel, failures } = delivery;
    try {
      await this.carrier.abandon?.(parcel, cause, failures);
    } catch (error) {
      const description = this.carrier.describe(parcel);
      this.log(`${description}: the dead-letter queue failed as well (${reasonOf(error)})`);
    }
    this.#undelivered.delete(delivery);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
