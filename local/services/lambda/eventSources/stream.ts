import type { Clock } from "../../../clock";
import type { Log } from "../../../log";
import type { Dispatch } from "../../internalClient";
import { sendRecord } from "../destinations";
import type { InvocationResult } from "../invocation";
import type { LambdaFunction } from "../lambdaFunction";
import { backoff, unlessAborted, wait } from "../wait";
import { divideIntoBatches } from "./batches";
import type { EventSourceMapping } from "./mapping";
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
}

/** Lambda asks a shard without new records four times a second. */
const pollInterval = 250;

/**
 * Takes the records of a stream to a function, in order: a batch that fails holds up those behind it until it
 * succeeds or is discarded.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export class StreamPoller {
  constructor(private readonly options: StreamPollerOptions) {}

  /** Polls until the signal aborts. */
  async run(): Promise<void> {
    const { mapping, reader, signal } = this.options;
    try {
      while (!signal.aborted) {
        const records = (await this.#gather()).filter((record) => mapping.filter({ ...record }));
        for (const batch of divideIntoBatches(records, mapping.batchSize)) await this.#deliver(batch);
      }
    } finally {
      reader.close();
    }
  }

  /** The next records: what is there, or what the batching window brings. */
  async #gather(): Promise<StreamRecord[]> {
    const { mapping, reader, clock, signal } = this.options;
    const records = [...(await reader.next(mapping.batchSize, signal))];
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

  async #deliver(records: readonly StreamRecord[]): Promise<void> {
    const { mapping, clock, signal } = this.options;
    const waiting: StreamBatch[] = [{ records, retries: 0, invocations: 0 }];
    let last: InvocationResult | undefined;
    for (let batch = waiting.shift(); batch && !signal.aborted; batch = waiting.shift()) {
      const { expired, current } = splitByAge(batch, clock.now() - mapping.maximumRecordAgeMilliseconds);
      if (expired.records.length > 0) await this.#discard(expired, "RecordAgeExceeded", last);
      if (current.records.length === 0) continue;
      const result = await this.#invoke(current);
      if (!result) return;
      last = result;
      const step = nextStep(current, result, mapping);
      if (step.kind === "continue") waiting.unshift(...step.batches);
      if (step.kind === "discard") await this.#discard(step.batch, "RetryAttemptsExhausted", result);
      if (step.kind === "retry") {
        await wait(clock, backoff(step.batch.retries), signal);
        waiting.unshift(step.batch);
      }
    }
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
