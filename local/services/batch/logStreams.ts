/** A line that a container wrote; the time is milliseconds since the epoch. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

interface Stream {
  readonly events: LogEvent[];
  size: number;
}

/** Characters kept of one stream, and of all together. */
const streamLimit = 1024 * 1024;
const totalLimit = 64 * 1024 * 1024;
/** What a line costs beside its characters. */
const overhead = 64;

/** The log streams of `/aws/batch/job`, the newest lines of each; the oldest streams give way to new ones. */
export class LogStreams {
  readonly #streams = new Map<string, Stream>();
  #total = 0;

  append(name: string, event: LogEvent): void {
    const stream = this.#streams.get(name) ?? { events: [], size: 0 };
    this.#streams.set(name, stream);
    stream.events.push(event);
    this.#grow(stream, sizeOf(event));
    if (stream.size > streamLimit) this.#trim(stream);
    if (this.#total > totalLimit) this.#dropOldest(name);
  }

  save(): ReadonlyMap<string, Stream> {
    return this.#streams;
  }

  restore(streams: ReadonlyMap<string, Stream>): void {
    for (const [name, stream] of streams) {
      this.#streams.set(name, stream);
      this.#total += stream.size;
    }
  }

  /** Undefined when there is no such stream: nothing was written to it, or it gave way. */
  read(name: string): readonly LogEvent[] | undefined {
    const stream = this.#streams.get(name);
    return stream && [...stream.events];
  }

  /** Down to three quarters of the limit, so that it is seldom needed. */
  #trim(stream: Stream): void {
    let dropped = 0;
    let size = 0;
    for (const event of stream.events) {
      if (stream.size - size <= (streamLimit * 3) / 4) break;
      size += sizeOf(event);
      dropped += 1;
    }
    stream.events.splice(0, dropped);
    this.#grow(stream, -size);
  }

  #dropOldest(current: string): void {
    for (const [name, stream] of this.#streams) {
      if (name === current) continue;
      this.#streams.delete(name);
      this.#total -= stream.size;
      return;
    }
  }

  #grow(stream: Stream, size: number): void {
    stream.size += size;
    this.#total += size;
  }
}

function sizeOf({ message }: LogEvent): number {
  return message.length + overhead;
}
