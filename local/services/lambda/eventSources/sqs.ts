import { availableParallelism } from "node:os";
import type { Clock } from "../../../clock";
import type { Passage } from "../../../gate";
import type { Log } from "../../../log";
import type { LambdaFunction } from "../lambdaFunction";
import { backoff, unlessAborted, wait } from "../wait";
import { batchFailures } from "./batchResponse";
import { divideIntoBatches } from "./batches";
import type { EventSourceMapping } from "./mapping";
import { Pace, sizeNow } from "./pace";
import type { Message, Queue } from "./queue";
import { filterView, sqsRecord } from "./sqsRecord";

export interface SqsPollerOptions {
  readonly mapping: EventSourceMapping;
  readonly queue: Queue;
  readonly target: LambdaFunction;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Passed before messages are received. */
  readonly gate: Passage;
}

/** Batches of a queue at the same time, on AWS five at first. More than there are processors make only smaller batches. */
const mostBatches = Math.max(2, availableParallelism());

/** The longest that ReceiveMessage waits. */
const longPoll = 20;

/**
 * Takes messages from a queue to a function, and deletes what the function has dealt with. Messages of a failed batch
 * stay, and are visible again when their visibility timeout ends.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class SqsPoller {
  readonly #running = new Set<Promise<void>>();
  readonly #pace = new Pace();

  constructor(private readonly options: SqsPollerOptions) {}

  /** Polls until the signal aborts; resolves when no batch is being worked on. */
  async run(): Promise<void> {
    const { mapping, target, signal } = this.options;
    const most = mapping.maximumConcurrency ?? mostBatches;
    const concurrency = Math.min(most, Math.max(target.concurrency, 1));
    while (!signal.aborted) {
      for (const batch of divideIntoBatches(await this.#gather(), mapping.batchSize)) {
        this.#begin(batch);
        while (this.#running.size >= concurrency) await Promise.race(this.#running);
      }
    }
    await Promise.all(this.#running);
  }

  #begin(messages: readonly Message[]): void {
    const running = this.#work(messages)
      .catch((error: unknown) => this.#report("a batch was left to the queue", error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** A batch's messages: what one call receives, or what the batching window brings. */
  async #gather(): Promise<Message[]> {
    const { mapping, clock, signal } = this.options;
    await this.#pace.passed(signal);
    const messages = [...(await this.#receive(mapping.batchSize, longPoll))];
    this.#pace.found(messages.length, mapping.batchSize);
    if (messages.length === 0) return messages;
    const closes = clock.now() + mapping.windowMilliseconds;
    while (!signal.aborted && messages.length < mapping.batchSize) {
      const seconds = Math.min(longPoll, Math.ceil((closes - clock.now()) / 1000));
      if (seconds <= 0) break;
      messages.push(...(await this.#receive(mapping.batchSize - messages.length, seconds)));
    }
    return messages;
  }

  /** Nothing when the signal aborts; a queue that refuses is asked again later. */
  async #receive(limit: number, seconds: number): Promise<readonly Message[]> {
    const { queue, clock, signal, gate } = this.options;
    for (let failures = 1; !signal.aborted; failures++) {
      await gate.passed(signal);
      if (signal.aborted) break;
      try {
        return (await unlessAborted(queue.receive(sizeNow(gate, limit), seconds), signal)) ?? [];
      } catch (error) {
        this.#report("cannot receive", error);
        await wait(clock, backoff(failures), signal);
      }
    }
    return [];
  }

  async #work(messages: readonly Message[]): Promise<void> {
    const { mapping, target, signal } = this.options;
    const records = messages.map((message) => sqsRecord(message, mapping.eventSourceArn));
    const wanted = records.map((record) => mapping.filter(filterView(record)));
    const unwanted = messages.filter((_message, index) => !wanted[index]);
    const delivered = messages.filter((_message, index) => wanted[index]);
    await this.#delete(unwanted);
    if (delivered.length === 0) return;
    const event = JSON.stringify({ Records: records.filter((_record, index) => wanted[index]) });
    const result = await target.invoke({ event });
    if (signal.aborted) return;
    const identifiers = delivered.map(({ MessageId }) => MessageId);
    const failures = batchFailures(result, identifiers, mapping.reportsFailures);
    const done = failures === "all" ? [] : delivered.filter(({ MessageId }) => !failures.has(MessageId));
    if (done.length < delivered.length) {
      this.#print(
        `${delivered.length - done.length} of ${delivered.length} messages failed and return to the queue`,
      );
    }
    await this.#delete(done);
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    const failed = await this.options.queue.delete(messages);
    if (failed > 0) this.#print(`${failed} messages could not be deleted and will come again`);
  }

  #report(what: string, error: unknown): void {
    if (this.options.signal.aborted) return;
    this.#print(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }

  #print(line: string): void {
    const { target, mapping, log } = this.options;
    log(`[${target.input.name}] ${mapping.eventSourceArn}: ${line}`);
  }
}
