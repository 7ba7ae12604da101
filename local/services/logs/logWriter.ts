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

/** Writes lines to CloudWatch Logs as their function's role, a turn's lines in one call, as Lambda does. */
export class LogWriter {
  readonly #pending = new Map<LogDestination, LogEvent[]>();
  readonly #open = new Set<LogDestination>();
  #flushing: Promise<void> = Promise.resolve();
  #scheduled = false;

  constructor(
    private readonly dispatch: Dispatch,
    private readonly now: () => number,
  ) {}

  write(destination: LogDestination, message: string): void {
    const events = this.#pending.get(destination) ?? [];
    events.push({ timestamp: this.now(), message });
    this.#pending.set(destination, events);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flushing = this.#flushing.then(() => this.#flush());
    });
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
