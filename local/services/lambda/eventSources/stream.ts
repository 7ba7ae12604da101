import type { Clock } from "../../../clock";
import type { Passage } from "../../../gate";
import type { Log } from "../../../log";
import type { Dispatch } from "../../internalClient";
import { sendRecord } from "../destinations";
import type { InvocationResult } from "../invocation";
import type { LambdaFunction } from "../lambdaFunction";
import { backoff, unlessAborted, wait } from "../wait";
import { divideIntoBatches } from "./batches";
import type { EventSourceMapping } from "./mapping";
import { Pace, sizeNow } from "./pace";
import { nextStep, splitByAge, type StreamBatch } from "./streamBatch";
import { streamFailureRecord, type StreamFailure } from "./streamFailure";
import type { StreamReader, StreamRecord } from "./streamSource";

export interface StreamPollerOptions {
  readonly mapping: EventSourceMapping;
  readonly reader: StreamReader;
  readonly target: LambdaFunction;
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  readonly signal: AbortSignal;
  /** Passed before records are read and before they are delivered. */
  readonly gate: Passage;
}

/** How far a poller has come. */
export interface SavedPosition {
  readonly position: number;
  /** Read, and not yet dealt with. */
  readonly waiting: readonly StreamBatch[];
}

/** Lambda asks a shard without new records four times a second. */
const pollInterval = 250;

/**
 * Takes the records of a stream to a function, in order: a batch that fails holds up those behind it until it
 * succeeds or is discarded.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export class StreamPoller {
  /** The batches to be delivered in this order; the first may be under way. */
  #waiting: StreamBatch[] = [];
  /** The answer to the batch that was delivered last. */
  #last: InvocationResult | undefined;
  readonly #pace = new Pace();

  constructor(private readonly options: StreamPollerOptions) {}

  /** Polls until the signal aborts. */
  async run(): Promise<void> {
    const { reader, signal, gate } = this.options;
    try {
      for (;;) {
        await gate.passed(signal);
        if (signal.aborted) return;
        if (this.#waiting.length === 0) this.#waiting = await this.#nextBatches();
        else await this.#deliverFirst();
      }
    } finally {
      reader.close();
    }
  }

  /** What comes again after a restart: everything that has not been dealt with. */
  save(): SavedPosition {
    return { position: this.options.reader.position, waiting: this.#waiting };
  }

  restore({ position, waiting }: SavedPosition): void {
    this.options.reader.seek(position);
    this.#waiting = [...waiting];
  }

  async #nextBatches(): Promise<StreamBatch[]> {
    const { mapping } = this.options;
    const records = (await this.#gather()).filter((record) => mapping.filter({ ...record }));
    const batches = divideIntoBatches(records, mapping.batchSize);
    return batches.map((each) => ({ records: each, retries: 0, invocations: 0 }));
  }

  /** The next records: what is there, or what the batching window brings. */
  async #gather(): Promise<StreamRecord[]> {
    const { mapping, reader, clock, signal, gate } = this.options;
    await this.#pace.passed(signal);
    const most = sizeNow(gate, mapping.batchSize);
    const records = [...(await reader.next(most, signal))];
    this.#pace.found(records.length, most);
    if (records.length === 0) await wait(clock, pollInterval, signal);
    if (records.length === 0 || mapping.windowMilliseconds === 0) return records;
    const window = new AbortController();
    const close = () => window.abort();
    signal.addEventListener("abort", close);
    const cancel = clock.after(mapping.windowMilliseconds, close);
    try {
      while (!window.signal.aborted && records.length < mapping.batchSize) {
        records.push(...(await reader.next(mapping.batchSize - records.length, window.signal)));
      }
    } finally {
      cancel();
      signal.removeEventListener("abort", close);
    }
    return records;
  }

  async #deliverFirst(): Promise<void> {
    const { mapping, clock, signal } = this.options;
    const [batch] = this.#waiting;
    if (!batch) return;
    const { expired, current } = splitByAge(batch, clock.now() - mapping.maximumRecordAgeMilliseconds);
    if (expired.records.length > 0) {
      await this.#discard(expired, "RecordAgeExceeded", this.#last);
      return this.#replaceFirst(current.records.length > 0 ? [current] : []);
    }
    const result = await this.#invoke(batch);
    if (!result) return;
    this.#last = result;
    const step = nextStep(batch, result, mapping);
    if (step.kind === "discard") await this.#discard(step.batch, "RetryAttemptsExhausted", result);
    if (step.kind === "continue") return this.#replaceFirst(step.batches);
    this.#replaceFirst(step.kind === "retry" ? [step.batch] : []);
    if (step.kind === "retry") await wait(clock, backoff(step.batch.retries), signal);
  }

  #replaceFirst(batches: readonly StreamBatch[]): void {
    this.#waiting.splice(0, 1, ...batches);
    if (this.#waiting.length === 0) this.#last = undefined;
  }

  /** Undefined when the local cloud stops. */
  async #invoke({ records }: StreamBatch): Promise<InvocationResult | undefined> {
    const { target, signal } = this.options;
    const result = await unlessAborted(
      target.invoke({ event: JSON.stringify({ Records: records }) }),
      signal,
    );
    return signal.aborted ? undefined : result;
  }

  async #discard(
    { records, invocations }: StreamBatch,
    condition: StreamFailure["condition"],
    last: InvocationResult | undefined,
  ): Promise<void> {
    const { mapping, target, clock, dispatch } = this.options;
    this.#print(`discarded ${records.length} records: ${condition}`);
    const { onFailureArn, eventSourceArn: streamArn } = mapping;
    if (onFailureArn === undefined) return;
    const result = invocations > 0 ? last : undefined;
    const failure = { functionArn: target.arn, streamArn, condition, result, invocations, records };
    try {
      const record = streamFailureRecord({ ...failure, now: clock.now() });
      await sendRecord(dispatch, target.principal, onFailureArn, record);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#print(`${onFailureArn} was not told of discarded records: ${reason}`);
    }
  }

  #print(line: string): void {
    const { target, mapping, log } = this.options;
    log(`[${target.input.name}] ${mapping.eventSourceArn}: ${line}`);
  }
}
