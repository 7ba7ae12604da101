import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import type {
  StreamReader,
  StreamRecord,
  StreamSource,
} from "../../local/services/lambda/eventSources/streamSource";

/** Sees every record of every stream once and in order, before faults touch them, over restarts too. */
export class StreamWatch {
  #stopping = new AbortController();
  #following: Promise<void>[] = [];
  readonly #watched = new Set<string>();
  /** By stream, the number of the record that was seen last. */
  readonly #seen = new Map<string, bigint>();

  constructor(private readonly onRecord: (record: StreamRecord) => void) {}

  /** The faults, with an eye on the streams. */
  over(faults: CloudFaults): CloudFaults {
    return {
      call: (service, request, carryOut) => faults.call(service, request, carryOut),
      interruption: (functionName) => faults.interruption(functionName),
      streams: (source) => this.#watch(source, faults.streams(source)),
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#following);
  }

  /** Lets go of the streams of a local cloud that has stopped, and goes on with those of the next where it left off. */
  async change(): Promise<void> {
    await this.stop();
    this.#stopping = new AbortController();
    this.#following = [];
    this.#watched.clear();
  }

  #watch(source: StreamSource, disturbed: StreamSource): StreamSource {
    return {
      open: async (streamArn, position, principal) => {
        if (!this.#watched.has(streamArn)) {
          this.#watched.add(streamArn);
          const reader = await source.open(streamArn, "TRIM_HORIZON", principal);
          this.#following.push(this.#follow(streamArn, reader));
        }
        return disturbed.open(streamArn, position, principal);
      },
    };
  }

  async #follow(streamArn: string, reader: StreamReader): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted)
      for (const record of await reader.next(1000, signal)) this.#see(streamArn, record);
    reader.close();
  }

  #see(streamArn: string, record: StreamRecord): void {
    const number = BigInt(record.dynamodb.SequenceNumber);
    if (number <= (this.#seen.get(streamArn) ?? -1n)) return;
    this.#seen.set(streamArn, number);
    this.onRecord(record);
  }
}
