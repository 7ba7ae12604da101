import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock";
import type { Passage } from "../../../gate";
import type { Log } from "../../../log";
import type { Dispatch } from "../../internalClient";
import { AwsError } from "../../service";
import type { LambdaFunction } from "../lambdaFunction";
import { eventSourceMapping, type EventSourceMapping, type EventSourceMappingInput } from "./mapping";
import { Queue } from "./queue";
import { SqsPoller } from "./sqs";
import { StreamPoller, type SavedPosition } from "./stream";
import type { StreamSource } from "./streamSource";

export interface EventSourceMappingsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  readonly streams: StreamSource;
  readonly signal: AbortSignal;
  /** Passed before pollers read and deliver. */
  readonly gate: Passage;
}

/** A mapping as it was created. */
export interface CreatedMapping {
  readonly uuid: string;
  readonly input: EventSourceMappingInput;
  readonly mapping: EventSourceMapping;
  readonly target: LambdaFunction;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

type Poller = SqsPoller | StreamPoller;

/** How far the mappings of streams have come. */
export type SavedMappings = readonly {
  readonly functionName: string;
  readonly eventSourceArn: string;
  readonly saved: SavedPosition;
}[];

/** The event source mappings of all functions, and the pollers that serve them. */
export class EventSourceMappings {
  readonly #created: CreatedMapping[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #streamPollers = new Map<CreatedMapping, StreamPoller>();

  constructor(private readonly options: EventSourceMappingsOptions) {}

  get all(): readonly CreatedMapping[] {
    return this.#created;
  }

  /** @throws AwsError where CreateEventSourceMapping would refuse the input */
  async create(input: EventSourceMappingInput, target: LambdaFunction): Promise<CreatedMapping> {
    const mapping = eventSourceMapping(input);
    this.#refuseTwice(input, target);
    const poller = await this.#poller(mapping, target, input.enabled ?? true);
    const created = { uuid: randomUUID(), input, mapping, target, modified: this.options.clock.now() };
    this.#created.push(created);
    if (poller) this.#running.push(this.#run(poller, created));
    if (poller instanceof StreamPoller) this.#streamPollers.set(created, poller);
    return created;
  }

  save(): SavedMappings {
    return [...this.#streamPollers].map(([{ mapping, target }, poller]) => ({
      functionName: target.input.name,
      eventSourceArn: mapping.eventSourceArn,
      saved: poller.save(),
    }));
  }

  /** A mapping goes on where the one with the same function and stream was. */
  restore(mappings: SavedMappings): void {
    for (const [{ mapping, target }, poller] of this.#streamPollers) {
      const found = mappings.find(
        ({ functionName, eventSourceArn }) =>
          functionName === target.input.name && eventSourceArn === mapping.eventSourceArn,
      );
      if (found) poller.restore(found.saved);
    }
  }

  /** Resolves when all pollers have ended; call after aborting the signal. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #poller(
    mapping: EventSourceMapping,
    target: LambdaFunction,
    enabled: boolean,
  ): Promise<Poller | undefined> {
    const { streams } = this.options;
    const common = { ...this.options, mapping, target };
    if (mapping.source === "sqs") {
      const queue = await this.#openQueue(mapping.eventSourceArn, target);
      return enabled ? new SqsPoller({ ...common, queue }) : undefined;
    }
    const { eventSourceArn, startingPosition } = mapping;
    const reader = await streams.open(eventSourceArn, startingPosition, target.principal);
    if (enabled) return new StreamPoller({ ...common, reader });
    reader.close();
    return undefined;
  }

  async #openQueue(arn: string, target: LambdaFunction): Promise<Queue> {
    const queue = await Queue.open(this.options.dispatch, target.principal, arn);
    const visibilityTimeout = await queue.visibilityTimeout().catch(refuseWithoutPermission);
    const { timeoutSeconds } = target.input;
    if (visibilityTimeout >= timeoutSeconds) return queue;
    throw new AwsError(
      "InvalidParameterValueException",
      `Queue visibility timeout: ${visibilityTimeout} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  }

  #refuseTwice({ eventSourceArn }: EventSourceMappingInput, target: LambdaFunction): void {
    const twin = this.#created.find(
      ({ mapping, target: other }) => mapping.eventSourceArn === eventSourceArn && other === target,
    );
    if (!twin) return;
    throw new AwsError(
      "ResourceConflictException",
      `An event source mapping with event source arn (" ${eventSourceArn} ") and function (" ${target.input.name} ") already exists. Please update or delete the existing mapping with UUID ${twin.uuid}`,
      409,
    );
  }

  async #run(poller: Poller, { mapping, target }: CreatedMapping): Promise<void> {
    try {
      await poller.run();
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.options.log(`[${target.input.name}] ${mapping.eventSourceArn} is no longer polled: ${reason}`);
    }
  }
}

function refuseWithoutPermission(error: unknown): never {
  if (!(error instanceof AwsError) || !error.code.startsWith("AccessDenied")) throw error;
  throw new AwsError(
    "InvalidParameterValueException",
    "The provided execution role does not have permissions to call GetQueueAttributes on SQS",
  );
}
