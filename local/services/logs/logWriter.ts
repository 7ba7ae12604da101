import { setTimeout } from "node:timers/promises";
import type { Counted } from "../../activity";
import type { Principal } from "../../iam/principal";
import { callJson, type Dispatch } from "../internalClient";
import { AwsError } from "../service";

/** Where a function's lines go. */
export interface LogDestination {
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** The function's role, which must be allowed to write. */
  readonly principal: Principal;
}

interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

const target = (operation: string) => `Logs_20140328.${operation}`;

/** How long lines are gathered, in milliseconds; on AWS it takes seconds until they can be read. */
const gathering = 100;

/** Writes lines to CloudWatch Logs as their function's role, the lines of a while in one call, as Lambda does. */
export class LogWriter {
  readonly #pending = new Map<LogDestination, LogEvent[]>();
  readonly #open = new Set<LogDestination>();
  /** Ends when all that was gathered before is written. */
  #written: Promise<void> = Promise.resolve();
  #scheduled = false;

  /** @param activity counts what is not written yet */
  constructor(
    private readonly dispatch: Dispatch,
    private readonly now: () => number,
    private readonly activity: Counted,
  ) {}

  write(destination: LogDestination, message: string): void {
    const events = this.#pending.get(destination) ?? [];
    events.push({ timestamp: this.now(), message });
    this.#pending.set(destination, events);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#written = this.activity.during(() => this.#gather(this.#written));
  }

  async #gather(before: Promise<void>): Promise<void> {
    await setTimeout(gathering);
    this.#scheduled = false;
    await before;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [destination, logEvents] of pending) {
      try {
        await this.#send(destination, logEvents);
      } catch (error) {
        // As on AWS, a function whose role may not write loses its log; the denial itself has been logged.
        if (!(error instanceof AwsError)) throw error;
      }
    }
  }

  async #send(destination: LogDestination, logEvents: readonly LogEvent[]): Promise<void> {
    const { principal, ...stream } = destination;
    if (!this.#open.has(destination)) {
      await callJson(this.dispatch, principal, "logs", target("CreateLogStream"), stream);
      this.#open.add(destination);
    }
    await callJson(this.dispatch, principal, "logs", target("PutLogEvents"), { ...stream, logEvents });
  }
}
