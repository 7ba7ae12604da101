import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import type {
  StreamReader,
  StreamRecord,
  StreamSource,
} from "../../local/services/lambda/eventSources/streamSource";

/** Sees every record of every stream once and in order, before faults touch them. */
export class StreamWatch {
  readonly #stopping = new AbortController();
  readonly #following: Promise<void>[] = [];
  readonly #watched = new Set<string>();

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

  #watch(source: StreamSource, disturbed: StreamSource): StreamSource {
    return {
      open: async (streamArn, position, principal) => {
        if (!this.#watched.has(streamArn)) {
          this.#watched.add(streamArn);
          this.#following.push(this.#follow(await source.open(streamArn, "TRIM_HORIZON", principal)));
        }
        return disturbed.open(streamArn, position, principal);
      },
    };
  }

  async #follow(reader: StreamReader): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) for (const record of await reader.next(1000, signal)) this.onRecord(record);
    reader.close();
  }
}
