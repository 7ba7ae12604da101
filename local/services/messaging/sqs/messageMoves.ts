import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock";
import type { Gate } from "../../../gate";
import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import { describeMove, type Move } from "./messageMove";
import type { QueueAddresses } from "./queueAddress";
import { attributesOf, queueExists } from "./queueAttributes";
import type { QueueEngine } from "./queueEngine";

const largestBatch = 10;

/**
 * Moves the messages of a dead-letter queue back to where they came from, or elsewhere. They become new messages.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export class MessageMoves {
  readonly #moves: Move[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  readonly #wakeUps = new Set<() => void>();

  constructor(
    private readonly engine: QueueEngine,
    private readonly addresses: QueueAddresses,
    private readonly clock: Clock,
    private readonly gate: Gate,
  ) {}

  async start(input: JsonObject): Promise<JsonObject> {
    const sourceArn = String(input["SourceArn"]);
    const source = await this.#existing(sourceArn);
    const origins = await this.sourcesOf(source);
    if (origins.length === 0) {
      throw new AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
    }
    if (this.#moves.some((move) => move.sourceArn === sourceArn && move.status === "RUNNING")) {
      throw new AwsError(
        "UnsupportedOperation",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const destination = await this.#destination(input["DestinationArn"], origins);
    const move = await this.#record(sourceArn, source, destination, input["MaxNumberOfMessagesPerSecond"]);
    this.#begin(move, source, destination);
    return { TaskHandle: move.handle };
  }

  save(): readonly Move[] {
    return this.#moves;
  }

  /** Goes on with the tasks that were running. */
  restore(moves: readonly Move[]): void {
    for (const move of moves) {
      this.#moves.push(move);
      const source = this.addresses.nameOfArn(move.sourceArn);
      const destination = this.addresses.nameOfArn(move.destinationArn);
      if (move.status === "CANCELLING") move.status = "CANCELLED";
      else if (source !== undefined && destination !== undefined) this.#begin(move, source, destination);
    }
  }

  cancel(input: JsonObject): JsonObject {
    const move = this.#moves.find(({ handle }) => handle === input["TaskHandle"]);
    if (!move) throw new AwsError("ResourceNotFoundException", "Task does not exist.", 404);
    if (move.status !== "RUNNING") {
      throw new AwsError("UnsupportedOperation", "Only active tasks can be cancelled.");
    }
    move.status = "CANCELLING";
    return { ApproximateNumberOfMessagesMoved: move.moved };
  }

  list(input: JsonObject): JsonObject {
    const limit = typeof input["MaxResults"] === "number" ? input["MaxResults"] : 1;
    const moves = this.#moves.filter(({ sourceArn }) => sourceArn === input["SourceArn"]);
    return { Results: moves.reverse().slice(0, limit).map(describeMove) };
  }

  /** The names of the queues whose dead-letter queue this is. */
  async sourcesOf(name: string): Promise<string[]> {
    const { QueueUrls: urls } = await this.engine.call("ListQueues", undefined, {});
    const names = (urls as string[]).map((url) => this.addresses.nameOfUrl(url));
    const isSource = await Promise.all(names.map((each) => this.#redrivesTo(each, this.addresses.arn(name))));
    return names.filter((_, index) => isSource[index]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const wakeUp of this.#wakeUps) wakeUp();
    await Promise.all(this.#running);
  }

  #begin(move: Move, source: string, destination: string): void {
    const running = this.#run(move, source, destination).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #redrivesTo(name: string, targetArn: string): Promise<boolean> {
    const output = await this.engine.call("GetQueueAttributes", name, { AttributeNames: ["RedrivePolicy"] });
    const policy = attributesOf(output)["RedrivePolicy"];
    if (!policy) return false;
    return (JSON.parse(policy) as JsonObject)["deadLetterTargetArn"] === targetArn;
  }

  async #existing(arn: unknown): Promise<string> {
    const name = this.addresses.nameOfArn(arn);
    if (name === undefined || !(await queueExists(this.engine, name))) {
      throw new AwsError(
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
      );
    }
    return name;
  }

  /** On AWS each message knows its origin; here it does not, so several possible ones need a destination. */
  async #destination(destinationArn: unknown, origins: readonly string[]): Promise<string> {
    if (destinationArn !== undefined) return this.#existing(destinationArn);
    const [origin, ...others] = origins;
    if (origin === undefined || others.length > 0) {
      throw new AwsError(
        "UnsupportedOperation",
        "several queues redrive to this one: name the DestinationArn",
      );
    }
    return origin;
  }

  async #record(sourceArn: string, source: string, destination: string, perSecond: unknown): Promise<Move> {
    const output = await this.engine.call("GetQueueAttributes", source, { AttributeNames: ["All"] });
    const move: Move = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString("base64"),
      sourceArn,
      destinationArn: this.addresses.arn(destination),
      perSecond: typeof perSecond === "number" ? perSecond : undefined,
      startedAt: this.clock.now(),
      toMove: Number(attributesOf(output)["ApproximateNumberOfMessages"]),
      moved: 0,
      status: "RUNNING",
    };
    this.#moves.push(move);
    return move;
  }

  async #run(move: Move, source: string, destination: string): Promise<void> {
    try {
      while (move.status === "RUNNING") {
        await this.gate.passed(this.#stopped.signal);
        if (this.#stopped.signal.aborted) return;
        const moved = await this.#moveBatch(source, destination, move.perSecond ?? largestBatch);
        move.moved += moved;
        if (moved === 0) move.status = "COMPLETED";
        else if (move.perSecond !== undefined) await this.#sleepASecond();
      }
      if (move.status === "CANCELLING") move.status = "CANCELLED";
    } catch (error) {
      move.status = "FAILED";
      move.failure = error instanceof AwsError ? `AWS.SimpleQueueService.${error.code}` : String(error);
    }
  }

  async #moveBatch(source: string, destination: string, size: number): Promise<number> {
    const output = await this.engine.call("ReceiveMessage", source, {
      MaxNumberOfMessages: Math.min(size, largestBatch),
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    const messages = (output["Messages"] ?? []) as JsonObject[];
    for (const { Body, MessageAttributes, ReceiptHandle, Attributes } of messages) {
      const { MessageGroupId, MessageDeduplicationId } = (Attributes ?? {}) as JsonObject;
      const order = MessageGroupId ? { MessageGroupId, MessageDeduplicationId } : {};
      await this.engine.call("SendMessage", destination, { MessageBody: Body, MessageAttributes, ...order });
      await this.engine.call("DeleteMessage", source, { ReceiptHandle });
    }
    return messages.length;
  }

  #sleepASecond(): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = () => {
        cancel();
        this.#wakeUps.delete(wakeUp);
        resolve();
      };
      const cancel = this.clock.after(1000, wakeUp);
      this.#wakeUps.add(wakeUp);
    });
  }
}
