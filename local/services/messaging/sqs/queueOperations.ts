import type { Clock } from "../../../clock";
import { Gate } from "../../../gate";
import type { JsonObject, JsonOperation } from "../../jsonProtocol";
import { AwsError, type RequiredPermission } from "../../service";
import type { OnAttributes } from "../onAttributes";
import type { SavedQueue } from "./engineStore";
import type { Move } from "./messageMove";
import { MessageMoves } from "./messageMoves";
import type { QueueAddresses } from "./queueAddress";
import { attributesOf, QueueAttributes } from "./queueAttributes";
import type { QueueEngine } from "./queueEngine";
import { missingParameter } from "./queueErrors";
import { checkMessage, checkMessageBatch, withoutUnrequestedAttributes } from "./queueMessages";
import { receiveKept } from "./retention";

/** Everything of the queues that outlives a restart. */
export interface SavedQueues {
  readonly queues: readonly SavedQueue[];
  readonly kept: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly moves: readonly Move[];
}

type Run = (name: string, input: JsonObject) => Promise<JsonObject> | JsonObject;

type Operations = Record<string, JsonOperation>;

/** IAM knows no batch actions: a batch needs what one message does. */
const actionOf = (operation: string) => `sqs:${operation.replace(/Batch$/, "")}`;

const queueNamePattern = /^[A-Za-z0-9_-]{1,80}$|^(?=.{1,80}$)[A-Za-z0-9_-]+\.fifo$/;

/**
 * The operations of SQS.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export class QueueOperations {
  readonly #attributes: QueueAttributes;
  readonly #moves: MessageMoves;

  constructor(
    private readonly engine: QueueEngine,
    private readonly addresses: QueueAddresses,
    private readonly clock: Clock,
    private readonly onAttributes: OnAttributes = () => undefined,
    gate = new Gate(),
  ) {
    this.#attributes = new QueueAttributes(engine, (arn) => addresses.nameOfArn(arn));
    this.#moves = new MessageMoves(engine, addresses, clock, gate);
  }

  table(): Operations {
    return { ...this.#onQueues(), ...this.#onAttributes(), ...this.#onMessages(), ...this.#onMoves() };
  }

  /** @throws AwsError as CreateQueue does */
  async createQueue(input: JsonObject): Promise<JsonObject> {
    const name = String(input["QueueName"]);
    if (!queueNamePattern.test(name)) {
      throw new AwsError(
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    }
    await this.#attributes.check(input);
    await this.engine.call("CreateQueue", undefined, this.#attributes.withoutKept(input));
    this.#keep(name, input);
    return { QueueUrl: this.addresses.url(name) };
  }

  save(): SavedQueues {
    return { queues: this.engine.save(), kept: this.#attributes.kept, moves: this.#moves.save() };
  }

  /** Attributes of queues that are there stay as they are. */
  restore({ queues, kept, moves }: SavedQueues): void {
    const present = new Set(this.engine.save().map(({ name }) => name));
    const gone = queues.filter(({ name }) => !present.has(name));
    this.engine.restore(queues);
    for (const { name, attributes } of gone)
      this.#keep(name, { Attributes: { ...attributes, ...kept.get(name) } });
    this.#moves.restore(moves);
  }

  stop(): Promise<void> {
    return this.#moves.stop();
  }

  #keep(name: string, input: JsonObject): void {
    this.#attributes.keep(name, input);
    this.onAttributes(this.addresses.arn(name), attributesOf(input));
  }

  #onQueues(): Operations {
    return {
      CreateQueue: this.#byName("CreateQueue", (_name, input) => this.createQueue(input)),
      GetQueueUrl: this.#byName("GetQueueUrl", async (name) => {
        await this.engine.call("GetQueueUrl", undefined, { QueueName: name });
        return { QueueUrl: this.addresses.url(name) };
      }),
      ListQueues: {
        permissions: () => [{ action: "sqs:ListQueues", resource: "*" }],
        run: (input) => this.#listQueues(input),
      },
      DeleteQueue: this.#byUrl("DeleteQueue", async (name, input) => {
        this.#attributes.forget(name);
        return this.engine.call("DeleteQueue", name, input);
      }),
      PurgeQueue: this.#forward("PurgeQueue"),
      TagQueue: this.#forward("TagQueue"),
      UntagQueue: this.#forward("UntagQueue"),
      ListQueueTags: this.#forward("ListQueueTags"),
    };
  }

  #onAttributes(): Operations {
    return {
      GetQueueAttributes: this.#byUrl("GetQueueAttributes", (name, input) =>
        this.#attributes.read(name, input),
      ),
      SetQueueAttributes: this.#byUrl("SetQueueAttributes", async (name, input) => {
        await this.#attributes.check(input);
        const rest = this.#attributes.withoutKept(input);
        const output = await this.engine.call("SetQueueAttributes", name, rest);
        this.#keep(name, input);
        return output;
      }),
    };
  }

  #onMessages(): Operations {
    return {
      SendMessage: this.#forward("SendMessage", checkMessage),
      SendMessageBatch: this.#forward("SendMessageBatch", checkMessageBatch),
      ReceiveMessage: this.#byUrl("ReceiveMessage", async (name, input) =>
        withoutUnrequestedAttributes(
          input,
          await receiveKept(this.engine, name, input, () => this.clock.now()),
        ),
      ),
      DeleteMessage: this.#forward("DeleteMessage"),
      DeleteMessageBatch: this.#forward("DeleteMessageBatch"),
      ChangeMessageVisibility: this.#forward("ChangeMessageVisibility"),
      ChangeMessageVisibilityBatch: this.#forward("ChangeMessageVisibilityBatch"),
    };
  }

  #onMoves(): Operations {
    return {
      ListDeadLetterSourceQueues: this.#byUrl("ListDeadLetterSourceQueues", async (name) => ({
        queueUrls: (await this.#moves.sourcesOf(name)).map((source) => this.addresses.url(source)),
      })),
      StartMessageMoveTask: byArn("StartMessageMoveTask", (input) => this.#moves.start(input)),
      ListMessageMoveTasks: byArn("ListMessageMoveTasks", (input) => this.#moves.list(input)),
      CancelMessageMoveTask: byArn("CancelMessageMoveTask", (input) => this.#moves.cancel(input)),
    };
  }

  async #listQueues(input: JsonObject): Promise<JsonObject> {
    const output = await this.engine.call("ListQueues", undefined, input);
    const names = (output["QueueUrls"] as string[]).map((url) => this.addresses.nameOfUrl(url));
    return names.length > 0 ? { QueueUrls: names.map((name) => this.addresses.url(name)) } : {};
  }

  #forward(operation: string, check?: (input: JsonObject) => void): JsonOperation {
    return this.#byUrl(operation, async (name, input) => {
      check?.(input);
      return this.engine.call(operation, name, input);
    });
  }

  #byUrl(operation: string, run: Run): JsonOperation {
    return {
      permissions: ({ QueueUrl: url }) => [{ action: actionOf(operation), resource: this.#arnOfUrl(url) }],
      run: ({ QueueUrl: url, ...input }) => {
        if (url === undefined) throw missingParameter("QueueUrl");
        return run(this.addresses.nameOfUrl(url), input);
      },
    };
  }

  #byName(operation: string, run: Run): JsonOperation {
    return {
      permissions: ({ QueueName: name }) => [
        { action: actionOf(operation), resource: this.addresses.arn(String(name)) },
      ],
      run(input) {
        if (typeof input["QueueName"] !== "string") throw missingParameter("QueueName");
        return run(input["QueueName"], input);
      },
    };
  }

  /** A URL of no queue is refused when the operation runs; until then it needs the action anywhere. */
  #arnOfUrl(url: unknown): string {
    try {
      return this.addresses.arn(this.addresses.nameOfUrl(url));
    } catch (error) {
      if (error instanceof AwsError) return "*";
      throw error;
    }
  }
}

function byArn(operation: string, run: JsonOperation["run"]): JsonOperation {
  const permissions = (input: JsonObject): RequiredPermission[] => [
    { action: actionOf(operation), resource: sourceArn(input) },
  ];
  return { permissions, run };
}

/** A task's handle names its queue, in the same place as the request that started it. */
function sourceArn({ SourceArn, TaskHandle }: JsonObject): string {
  if (typeof SourceArn === "string") return SourceArn;
  if (typeof TaskHandle !== "string") return "*";
  return /"sourceArn":"([^"]*)"/.exec(Buffer.from(TaskHandle, "base64").toString())?.[1] ?? "*";
}
