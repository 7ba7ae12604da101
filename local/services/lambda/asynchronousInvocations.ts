import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock";
import type { Passage } from "../../gate";
import type { Log } from "../../log";
import type { Dispatch } from "../internalClient";
import type { AsynchronousConfig } from "./asynchronousConfig";
import { sendRecord, type DestinationRecord } from "./destinations";
import type { InvocationResult } from "./invocation";
import type { LambdaFunction } from "./lambdaFunction";
import { wait } from "./wait";

export interface AsynchronousOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  readonly configOf: (functionName: string) => AsynchronousConfig;
  readonly signal: AbortSignal;
  /** Passed before each attempt. */
  readonly gate: Passage;
}

/** An event on its way to a function. */
interface QueuedEvent {
  readonly target: LambdaFunction;
  /** JSON. */
  readonly payload: string;
  readonly requestId: string;
  readonly invokedArn: string;
  readonly enqueuedAt: number;
  /** Attempts that have ended. */
  attempts: number;
  /** When the next attempt is due. */
  due: number;
}

/** Events on their way, each with its function's name. */
export type SavedInvocations = readonly (Omit<QueuedEvent, "target"> & { readonly functionName: string })[];

type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded";

/** Between the first and the second attempt, and between the second and the third. */
const retryDelays = [60_000, 120_000];

/**
 * The queue of events in front of the functions: each is tried up to three times, then told to a destination.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsynchronousInvocations {
  readonly #running = new Set<Promise<void>>();
  readonly #queued = new Set<QueuedEvent>();

  constructor(private readonly options: AsynchronousOptions) {}

  /** @returns the id of the invocation */
  enqueue(target: LambdaFunction, payload: string, invokedArn: string): string {
    const now = this.options.clock.now();
    const requestId = randomUUID();
    this.#begin({ target, payload, invokedArn, requestId, enqueuedAt: now, attempts: 0, due: now });
    return requestId;
  }

  save(): SavedInvocations {
    return [...this.#queued].map(({ target, ...event }) => ({ ...event, functionName: target.input.name }));
  }

  /** Goes on with events of an earlier run; those of a function that is gone have nowhere to go. */
  restore(saved: SavedInvocations, find: (functionName: string) => LambdaFunction | undefined): void {
    for (const { functionName, ...event } of saved) {
      const target = find(functionName);
      if (target) this.#begin({ ...event, target });
      else this.options.log(`[${functionName}] event ${event.requestId} was lost: the function is gone`);
    }
  }

  /** An attempt that is cut off when the local cloud stops leaves its event queued. */
  #begin(event: QueuedEvent): void {
    this.#queued.add(event);
    const running = this.#process(event)
      .catch((error: unknown) => this.#reportFailure(event, error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when no event is being worked on; call after aborting the signal. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #process(event: QueuedEvent): Promise<void> {
    const { clock, signal, gate, configOf } = this.options;
    const { maximumRetryAttempts, maximumEventAgeSeconds } = configOf(event.target.input.name);
    const expired = () => clock.now() - event.enqueuedAt >= maximumEventAgeSeconds * 1000;
    // A function that reserves no concurrency at all is switched off: its events go straight to the destination.
    if (event.target.concurrency === 0) return this.#end(event, "RetriesExhausted", 0);
    let result: InvocationResult | undefined;
    for (;;) {
      if (event.due > clock.now()) await wait(clock, event.due - clock.now(), signal);
      await gate.passed(signal);
      if (signal.aborted) return;
      if (event.attempts > 0 && expired()) {
        return this.#end(event, "EventAgeExceeded", event.attempts, result);
      }
      result = await event.target.invoke({ ...event, event: event.payload });
      if (signal.aborted) return;
      const attempts = (event.attempts += 1);
      if (!result.functionError) return this.#end(event, "Success", attempts, result);
      if (attempts > maximumRetryAttempts) return this.#end(event, "RetriesExhausted", attempts, result);
      event.due = clock.now() + (retryDelays[attempts - 1] ?? 0);
    }
  }

  async #end(
    event: QueuedEvent,
    condition: Condition,
    attempts: number,
    result?: InvocationResult,
  ): Promise<void> {
    this.#queued.delete(event);
    const { onSuccessArn, onFailureArn } = this.options.configOf(event.target.input.name);
    const arn = condition === "Success" ? onSuccessArn : onFailureArn;
    if (condition !== "Success") {
      this.options.log(`[${event.target.input.name}] gave up on event ${event.requestId}: ${condition}`);
    }
    if (arn === undefined) return;
    const record = this.#record(event, condition, attempts, result);
    await sendRecord(this.options.dispatch, event.target.principal, arn, record);
  }

  /** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  #record(
    event: QueuedEvent,
    condition: Condition,
    approximateInvokeCount: number,
    result: InvocationResult | undefined,
  ): DestinationRecord & Record<string, unknown> {
    const functionArn = `${event.target.arn}:$LATEST`;
    const { functionError, payload } = result ?? {};
    return {
      version: "1.0",
      timestamp: new Date(this.options.clock.now()).toISOString(),
      requestContext: { requestId: event.requestId, functionArn, condition, approximateInvokeCount },
      requestPayload: JSON.parse(event.payload) as unknown,
      ...(payload !== undefined && {
        responseContext: {
          statusCode: 200,
          executedVersion: "$LATEST",
          ...(functionError && { functionError }),
        },
        responsePayload: JSON.parse(payload) as unknown,
      }),
    };
  }

  #reportFailure(event: QueuedEvent, error: unknown): void {
    if (this.options.signal.aborted) return;
    const { target, requestId } = event;
    this.#queued.delete(event);
    const reason = error instanceof Error ? error.message : String(error);
    this.options.log(`[${target.input.name}] event ${requestId} was lost: ${reason}`);
  }
}
