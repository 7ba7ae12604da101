import type { Principal } from "../../../iam/principal";
import { queueUrl } from "../destinations";
import { callJson, type Dispatch } from "../../internalClient";
import type { JsonObject } from "../../jsonProtocol";

/** A message as ReceiveMessage gives it. */
export interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base 64. */
  readonly BinaryValue?: string;
}

/** ReceiveMessage and DeleteMessageBatch take no more. */
const mostAtOnce = 10;

/** A queue, as the role of a function may use it. */
export class Queue {
  private constructor(
    private readonly dispatch: Dispatch,
    private readonly principal: Principal,
    private readonly url: string,
  ) {}

  static async open(dispatch: Dispatch, principal: Principal, arn: string): Promise<Queue> {
    return new Queue(dispatch, principal, await queueUrl(dispatch, arn));
  }

  /** In seconds. */
  async visibilityTimeout(): Promise<number> {
    const { Attributes } = await this.#call("GetQueueAttributes", { AttributeNames: ["VisibilityTimeout"] });
    return Number((Attributes as Record<string, string> | undefined)?.["VisibilityTimeout"]);
  }

  /** Waits up to `seconds` for the first of at most `limit` messages. */
  async receive(limit: number, seconds: number): Promise<readonly Message[]> {
    const { Messages } = await this.#call("ReceiveMessage", {
      MaxNumberOfMessages: Math.min(limit, mostAtOnce),
      WaitTimeSeconds: seconds,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (Messages as Message[] | undefined) ?? [];
  }

  /** @returns how many messages the queue would not delete */
  async delete(messages: readonly Message[]): Promise<number> {
    let failed = 0;
    for (let first = 0; first < messages.length; first += mostAtOnce) {
      const Entries = messages
        .slice(first, first + mostAtOnce)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed } = await this.#call("DeleteMessageBatch", { Entries });
      failed += Array.isArray(Failed) ? Failed.length : 0;
    }
    return failed;
  }

  #call(operation: string, input: object): Promise<JsonObject> {
    const target = `AmazonSQS.${operation}`;
    return callJson(this.dispatch, this.principal, "sqs", target, { QueueUrl: this.url, ...input });
  }
}
