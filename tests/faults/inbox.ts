import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { JobEvent } from "../../functions/lib/cloudEvent";
import type { Notification } from "./evidence";
import { reaching } from "./reaching";
import type { World } from "./world";

/** A subscriber of the topic, who keeps all that comes. */
export class Inbox {
  readonly notifications: Notification[] = [];
  /** The ids of the events that have come. */
  readonly ids = new Set<string>();
  /** When something new came last. */
  lastHeard = Date.now();
  #reading: Promise<void> | undefined;
  #stopped = false;

  constructor(private readonly world: World) {
    this.#reading = this.#read();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { sqs, inboxUrl: QueueUrl } = this.world;
    while (!this.#stopped) {
      const ask = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const { Messages = [] } = await reaching(() => sqs.send(new ReceiveMessageCommand(ask)));
      for (const { Body = "" } of Messages) this.#keep(Body);
      if (Messages.length === 0) continue;
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await reaching(() => sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })));
    }
  }

  #keep(body: string): void {
    const { id, subject } = JSON.parse(body) as JobEvent;
    if (!this.ids.has(id)) this.lastHeard = Date.now();
    this.ids.add(id);
    this.notifications.push({ id, jobId: subject, body });
  }
}
