import { alreadyExists, notFound } from "./errors";

/** Times are milliseconds since the epoch. */
export interface LogEvent {
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** Its place among all events of the group, by time and then by arrival; texts that sort. */
  readonly key: string;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  firstEvent: number | undefined;
  lastEvent: number | undefined;
  lastIngestion: number | undefined;
}

/** A log group as it is saved. */
export interface SavedLogGroup extends Pick<LogGroup, "name" | "arn" | "created" | "streams"> {
  readonly events: readonly LogEvent[];
  readonly characters: number;
  readonly arrivals: number;
}

/** What a group holds at most; the events that came first give way. */
const mostEvents = 10_000;
const mostCharacters = 64 * 1024 * 1024;

/** A log group, its streams and its newest events. */
export class LogGroup {
  readonly #streams = new Map<string, LogStream>();
  /** In the order of their arrival. */
  #events: LogEvent[] = [];
  #characters = 0;
  #arrivals = 0;

  constructor(
    readonly name: string,
    /** Without `:*` at its end. */
    readonly arn: string,
    readonly created: number,
  ) {}

  save(): SavedLogGroup {
    const { name, arn, created } = this;
    const [streams, events] = [this.streams, this.#events];
    return { name, arn, created, streams, events, characters: this.#characters, arrivals: this.#arrivals };
  }

  /** What an earlier run held, before what has arrived since. */
  static restored(saved: SavedLogGroup, since?: LogGroup): LogGroup {
    const { name, arn, created, streams, events, characters, arrivals } = saved;
    const group = new LogGroup(name, arn, created);
    for (const stream of [...(since?.streams ?? []), ...streams]) group.#streams.set(stream.name, stream);
    group.#events = [...events, ...(since ? since.#events : [])];
    group.#characters = characters + (since?.storedBytes ?? 0);
    group.#arrivals = arrivals + (since ? since.#arrivals : 0);
    return group;
  }

  get storedBytes(): number {
    return this.#characters;
  }

  get streams(): readonly LogStream[] {
    return [...this.#streams.values()];
  }

  /** @throws AwsError ResourceNotFoundException */
  stream(name: string): LogStream {
    const stream = this.#streams.get(name);
    if (!stream) throw notFound("stream");
    return stream;
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  createStream(name: string, now: number): void {
    if (this.#streams.has(name)) throw alreadyExists("stream");
    this.#streams.set(name, {
      name,
      arn: `${this.arn}:log-stream:${name}`,
      created: now,
      firstEvent: undefined,
      lastEvent: undefined,
      lastIngestion: undefined,
    });
  }

  append(
    stream: LogStream,
    entries: readonly { readonly timestamp: number; readonly message: string }[],
    now: number,
  ): void {
    for (const { timestamp, message } of entries) {
      const key = eventKey(timestamp, (this.#arrivals += 1));
      this.#events.push({ stream: stream.name, timestamp, ingestionTime: now, message, key });
      this.#characters += message.length;
      stream.firstEvent = Math.min(timestamp, stream.firstEvent ?? timestamp);
      stream.lastEvent = Math.max(timestamp, stream.lastEvent ?? timestamp);
    }
    stream.lastIngestion = now;
    this.#forget();
  }

  /** By time. */
  events(matches: (event: LogEvent) => boolean): readonly LogEvent[] {
    return this.#events.filter(matches).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #forget(): void {
    let dropped = 0;
    while (this.#events.length - dropped > mostEvents || this.#characters > mostCharacters) {
      this.#characters -= this.#events[dropped]?.message.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) this.#events = this.#events.slice(dropped);
  }
}

/** 56 digits, as the ids of events on AWS. */
function eventKey(timestamp: number, arrival: number): string {
  return String(timestamp).padStart(20, "0") + String(arrival).padStart(36, "0");
}
