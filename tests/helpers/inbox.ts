import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Relay } from "./relay";

/** A notification as it arrived. */
export interface Notification {
  readonly body: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** A topic of a test's own, and a queue that hears of everything that is published there. */
export class Inbox {
  private constructor(
    private readonly relay: Relay,
    readonly topicArn: string,
    private readonly queueUrl: string,
    private readonly sns: SNSClient,
  ) {}

  /** @param name not used before in this run */
  static async open(relay: Relay, name: string): Promise<Inbox> {
    const sns = new SNSClient(relay.clientConfig);
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: name }));
    const { QueueUrl = "" } = await relay.sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await relay.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const queueArn = Attributes?.["QueueArn"] ?? "";
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allowTopic(TopicArn, queueArn)] });
    await relay.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    return new Inbox(relay, TopicArn, QueueUrl, sns);
  }

  /** All notifications that are there, once there are as many as this. */
  async receive(atLeast: number): Promise<Notification[]> {
    const received: Notification[] = [];
    await this.relay.eventually(`${atLeast} notifications`, async () => {
      const { Messages = [] } = await this.relay.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.queueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        }),
      );
      for (const { Body = "", MessageAttributes = {}, ReceiptHandle } of Messages) {
        const values = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
          name,
          StringValue,
        ]);
        const attributes = Object.fromEntries(values) as Notification["attributes"];
        received.push({ body: JSON.parse(Body) as Notification["body"], attributes });
        await this.relay.sqs.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle }));
      }
      return received.length >= atLeast ? received : undefined;
    });
    return received;
  }

  close(): void {
    this.sns.destroy();
  }
}

function allowTopic(topicArn: string, queueArn: string): object {
  return {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
}
