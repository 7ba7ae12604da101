import { historyLimit } from "./limits";
import { runtimeError } from "./language/statesError";

/** An event as GetExecutionHistory gives it, but its time in milliseconds. Its details stand under AWS's name for them. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: object;
}

/** An event's details, under AWS's name for them. */
export type EventDetails = Readonly<Record<`${string}EventDetails`, object>>;

/** What has happened in an execution. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
export class History {
  readonly #events: HistoryEvent[];

  /** @param events what has happened already */
  constructor(
    private readonly now: () => number,
    events: readonly HistoryEvent[] = [],
  ) {
    this.#events = [...events];
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /**
   * @returns the event's id
   * @throws StatesError States.Runtime when only the event that ends the execution fits
   */
  add(type: string, details: EventDetails = {}): number {
    if (this.#events.length >= historyLimit - 1) {
      throw runtimeError(`The execution reached the maximum number of history events (${historyLimit}).`);
    }
    return this.#append(type, details, this.#events.length > 1 ? this.#events.length : 0);
  }

  /** The event that ends the execution, for which there is always room. */
  end(type: string, details: EventDetails): void {
    const fromOutside = type === "ExecutionAborted" || type === "ExecutionTimedOut";
    this.#append(type, details, fromOutside ? 0 : this.#events.length);
  }

  #append(type: string, details: EventDetails, previousEventId: number): number {
    const id = this.#events.length + 1;
    this.#events.push({ id, previousEventId, timestamp: this.now(), type, ...details });
    return id;
  }
}

/** Input or output in an event's details: never cut here. */
export function payload<Name extends "input" | "output">(name: Name, value: string) {
  return { [name]: value, [`${name}Details`]: { truncated: false } };
}

/** Error and cause in an event's details: each only when there is one. */
export function failureDetails(error: string | undefined, cause: string | undefined) {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
