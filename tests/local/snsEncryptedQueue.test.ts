import assert from "node:assert/strict";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { adapters } from "../../local/resources/registry";
import type { Resource } from "../../local/resources/adapter";
import { delegation, policy, startTestCloud, type TestCloud } from "../helpers/cloud";

const sns = { Service: "sns.amazonaws.com" };
const keyForSns = {
  Effect: "Allow",
  Principal: sns,
  Action: ["kms:GenerateDataKey", "kms:Decrypt"],
  Resource: "*",
};
const topicArn = "arn:aws:sns:eu-west-1:000000000000:jobs";

/** A queue's statement that lets a topic in. */
const admit = (sourceArn: string) => ({
  Effect: "Allow",
  Principal: sns,
  Action: "sqs:SendMessage",
  Resource: "*",
  Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
});

describe("A topic's message to a queue that is encrypted with a key", () => {
  let cloud: TestCloud;
  let clients: { destroy(): void }[];

  beforeEach(async () => {
    cloud = await startTestCloud();
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    await cloud.stop();
  });

  const opened = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };

  /** Subscribes the queue, as a program does. @returns the queue's URL */
  async function subscribe(
    key: readonly object[],
    queue: readonly object[],
    subscription: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const make = async (type: string, inputs: Resource["inputs"]) =>
      adapters[type]?.create({ type, name: "jobs", physicalName: "jobs", custom: true, inputs }, cloud);
    const kmsMasterKeyId = cloud.key([delegation, ...key]);
    const made = await make("aws:sqs/queue:Queue", { kmsMasterKeyId });
    const queueUrl = String(made?.id);
    if (queue.length > 0) await make("aws:sqs/queuePolicy:QueuePolicy", { queueUrl, policy: policy(queue) });
    await make("aws:sns/topic:Topic", {});
    const endpoint = String(made?.state["arn"]);
    await make("aws:sns/topicSubscription:TopicSubscription", {
      ...{ topic: topicArn, protocol: "sqs", endpoint },
      ...subscription,
    });
    return queueUrl;
  }

  async function publish(Message: string, status = "succeeded"): Promise<void> {
    const MessageAttributes = { status: { DataType: "String", StringValue: status } };
    const client = opened(new SNSClient(cloud.settings()));
    await client.send(new PublishCommand({ TopicArn: topicArn, Message, MessageAttributes }));
  }

  async function receive(QueueUrl: string): Promise<string | undefined> {
    const client = opened(new SQSClient(cloud.settings()));
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    return Messages[0]?.Body;
  }

  /** The line about a delivery that was given up. */
  async function failure(): Promise<string> {
    for (;;) {
      const line = cloud.lines.find((each) => each.endsWith("given up"));
      if (line !== undefined) return line;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it("arrives when the queue lets the topic in, and the key SNS", async () => {
    const queueUrl = await subscribe([keyForSns], [admit(topicArn)]);
    await publish("done");
    const { Type, TopicArn, Message } = JSON.parse((await receive(queueUrl)) ?? "{}") as Record<
      string,
      string
    >;
    assert.deepEqual([Type, TopicArn, Message], ["Notification", topicArn, "done"]);
  });

  it("arrives raw, and only if the filter policy wants it, as the program says", async () => {
    const queueUrl = await subscribe([keyForSns], [admit(topicArn)], {
      rawMessageDelivery: true,
      filterPolicy: JSON.stringify({ status: ["succeeded"] }),
      filterPolicyScope: "MessageAttributes",
    });
    await publish("no", "failed");
    await publish("yes");
    assert.equal(await receive(queueUrl), "yes");
  });

  it("arrives if its body is what the filter policy wants, when that is the policy's scope", async () => {
    const queueUrl = await subscribe([keyForSns], [admit(topicArn)], {
      rawMessageDelivery: true,
      filterPolicy: JSON.stringify({ data: { status: [{ "anything-but": "failed" }] } }),
      filterPolicyScope: "MessageBody",
    });
    const body = (status: string) => JSON.stringify({ data: { status } });
    await publish(body("failed"));
    await publish(body("succeeded"), "failed");
    assert.equal(await receive(queueUrl), body("succeeded"));
  });

  const without = (action: string) => ({
    ...keyForSns,
    Action: keyForSns.Action.filter((each) => each !== action),
  });
  const lost: readonly (readonly [
    title: string,
    key: readonly object[],
    queue: readonly object[],
    denied: string,
  ])[] = [
    ["the queue has no policy", [keyForSns], [], "sqs:SendMessage"],
    ["the queue lets another topic in", [keyForSns], [admit(`${topicArn}-2`)], "sqs:SendMessage"],
    ["the key does not let SNS in", [], [admit(topicArn)], "kms:GenerateDataKey"],
    [
      "the key lets SNS not generate",
      [without("kms:GenerateDataKey")],
      [admit(topicArn)],
      "kms:GenerateDataKey",
    ],
    ["the key lets SNS not decrypt", [without("kms:Decrypt")], [admit(topicArn)], "kms:Decrypt"],
  ];
  for (const [title, key, queue, denied] of lost) {
    it(`is lost, and the log says so, when ${title}`, async () => {
      await subscribe(key, queue);
      await publish("done");
      assert.match(await failure(), new RegExp(`is not authorized to perform: ${denied} .*, given up$`));
    });
  }
});
