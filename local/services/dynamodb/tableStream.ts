import type { Clock } from "../../clock";
import { sameItem } from "./items";
import type { UserIdentity } from "./operations";
import type { Write } from "./operationView";
import { streamRecord, type DynamoDbStreamRecord } from "./streamRecord";
import type { StreamViewType } from "./table";

export type StreamPosition = "TRIM_HORIZON" | "LATEST";

export interface StreamReader {
  /** Up to `limit` records in order; waits until there is at least one or `signal` aborts (then returns []). */
  next(limit: number, signal: AbortSignal): Promise<DynamoDbStreamRecord[]>;
  /** How many records of the stream have been read, from its beginning on. */
  readonly position: number;
  /** Goes on from a position that an earlier run had. */
  seek(position: number): void;
  /** Lets go of the records that are still unread; a waiting `next` returns []. */
  close(): void;
}

export interface TableStreamOptions {
  readonly arn: string;
  readonly viewType: StreamViewType;
  readonly region: string;
  readonly clock: Clock;
  /** Records kept although every open reader has passed them, for readers that open later. */
  readonly retained?: number;
}

/** A stream as it is saved. */
export interface SavedStream {
  readonly arn: string;
  readonly records: readonly DynamoDbStreamRecord[];
  readonly horizon: number;
  readonly sequenceNumber: bigint;
}

/** A position counts the records since the stream began. */
interface OpenReader {
  position: number;
  wake: () => void;
}

/** The stream of one table: its records in the order of the writes, and the readers that follow it. */
export class TableStream {
  readonly #records: DynamoDbStreamRecord[] = [];
  readonly #readers = new Set<OpenReader>();
  /** The position of the oldest record still kept. */
  #horizon = 0;
  #sequenceNumber: bigint;

  constructor(private readonly options: TableStreamOptions) {
    // Starting from the time, a stream that outlives a restart goes on with higher numbers.
    this.#sequenceNumber = BigInt(options.clock.now()) * 10n ** 8n;
  }

  /** Adds the record of a write that changed something. */
  append(write: Write, userIdentity: UserIdentity | undefined): void {
    if (write.oldItem && write.newItem && sameItem(write.oldItem, write.newItem)) return;
    const record = streamRecord(write, {
      region: this.options.region,
      streamArn: this.options.arn,
      viewType: this.options.viewType,
      sequenceNumber: String(++this.#sequenceNumber).padStart(21, "0"),
      time: this.options.clock.now(),
      userIdentity,
    });
    if (!record) return;
    this.#records.push(record);
    this.#trim();
    for (const reader of this.#readers) reader.wake();
  }

  save(): SavedStream {
    const { arn } = this.options;
    return { arn, records: this.#records, horizon: this.#horizon, sequenceNumber: this.#sequenceNumber };
  }

  /** Takes the records of an earlier run, before any reader has been opened. */
  restore({ records, horizon, sequenceNumber }: SavedStream): void {
    this.#records.push(...records);
    this.#horizon = horizon;
    if (sequenceNumber > this.#sequenceNumber) this.#sequenceNumber = sequenceNumber;
  }

  open(position: StreamPosition): StreamReader {
    const reader: OpenReader = {
      position: position === "LATEST" ? this.#end() : this.#horizon,
      wake: () => undefined,
    };
    this.#readers.add(reader);
    return {
      get position() {
        return reader.position;
      },
      seek: (to) => {
        reader.position = Math.min(Math.max(to, this.#horizon), this.#end());
      },
      next: (limit, signal) => this.#next(reader, limit, signal),
      close: () => {
        this.#readers.delete(reader);
        reader.wake();
      },
    };
  }

  async #next(reader: OpenReader, limit: number, signal: AbortSignal): Promise<DynamoDbStreamRecord[]> {
    while (this.#readers.has(reader) && !signal.aborted) {
      const first = reader.position - this.#horizon;
      const records = this.#records.slice(first, first + limit);
      reader.position += records.length;
      if (records.length > 0) return records;
      await woken(reader, signal);
    }
    return [];
  }

  #end(): number {
    return this.#horizon + this.#records.length;
  }

  /** Lets go of old records, many at a time: taking one from the beginning moves all the others. */
  #trim(): void {
    const { retained = 10_000 } = this.options;
    const surplus = this.#records.length - retained;
    if (surplus <= retained / 10) return;
    const positions = Array.from(this.#readers, ({ position }) => position - this.#horizon);
    const trimmed = Math.min(surplus, ...positions);
    this.#records.splice(0, trimmed);
    this.#horizon += trimmed;
  }
}

function woken(reader: OpenReader, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      signal.removeEventListener("abort", wake);
      reader.wake = () => undefined;
      resolve();
    };
    signal.addEventListener("abort", wake);
    reader.wake = wake;
  });
}
