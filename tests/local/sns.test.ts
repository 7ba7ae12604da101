import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
  type PublishCommandInput,
  type SNSClient,
  type SNSServiceException,
} from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, type Message, type SQSClient } from "@aws-sdk/client-sqs";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { AwsError } from "../../local/services/service";
import { MessagingHarness, queueArn, topicArn } from "../helpers/messaging";

/** An endpoint of this machine that keeps what is posted to it. */
class Receiver {
  readonly posts: { headers: IncomingMessage["headers"]; body: string }[] = [];
  statuses: number[] = [];
  readonly #server: Server;
  #arrived: () => void = () => undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        this.posts.push({ headers: request.headers, body });
        response.writeHead(this.statuses.shift() ?? 200).end();
        this.#arrived();
      });
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async post(index: number) {
    for (;;) {
      const post = this.posts[index];
      if (post) return post;
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("the local SNS", () => {
  let harness: MessagingHarness;
  let sns: SNSClient;
  let sqs: SQSClient;
  let queue: { url: string; arn: string };

  beforeEach(async () => {
    harness = await MessagingHarness.start();
    await harness.listen();
    sns = harness.sns();
    sqs = harness.sqs();
    queue = await harness.messaging.createQueue("inbox", {});
    harness.messaging.createTopic("jobs", { DisplayName: "Jobs" });
  });

  afterEach(() => harness.stop());

  const subscribe = (attributes: Record<string, string> = {}) =>
    harness.messaging.subscribe(topicArn("jobs"), "sqs", queue.arn, attributes);

  const publish = (input: Partial<PublishCommandInput>) =>
    sns.send(new PublishCommand({ TopicArn: topicArn("jobs"), Message: "done", ...input }));

  const receive = async (url = queue.url): Promise<Message> => {
    const input = { QueueUrl: url, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    assert.equal(Messages.length, 1);
    return Messages[0] ?? {};
  };

  const string = (text: string) => ({ DataType: "String", StringValue: text });

  it("delivers an envelope to a queue, as the service principal of SNS for the topic", async () => {
    const { arn } = subscribe();
    const { MessageId } = await publish({
      Subject: "Job done",
      MessageAttributes: { status: string("SUCCEEDED") },
    });
    const envelope = JSON.parse((await receive()).Body ?? "") as JsonObject;
    assert.deepEqual(envelope, {
      Type: "Notification",
      MessageId,
      TopicArn: topicArn("jobs"),
      Subject: "Job done",
      Message: "done",
      Timestamp: "2026-03-01T12:00:00.000Z",
      SignatureVersion: "1",
      Signature: "dGhlIGxvY2FsIGNsb3VkIGRvZXMgbm90IHNpZ24=",
      SigningCertURL: `${harness.url}/SimpleNotificationService.pem`,
      UnsubscribeURL: `${harness.url}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(arn)}`,
      MessageAttributes: { status: { Type: "String", Value: "SUCCEEDED" } },
    });
    assert.deepEqual(
      harness.dispatched.map(({ service, request }) => [
        service,
        request.principal,
        request.headers["x-amz-target"],
      ]),
      [
        [
          "sqs",
          { kind: "service", service: "sns.amazonaws.com", sourceArn: topicArn("jobs") },
          "AmazonSQS.SendMessage",
        ],
      ],
    );
  });

  it("delivers the raw message with its attributes where the subscription asks for it", async () => {
    subscribe({ RawMessageDelivery: "true" });
    await publish({ MessageAttributes: { status: string("FAILED") } });
    const { Body, MessageAttributes } = await receive();
    assert.deepEqual([Body, MessageAttributes], ["done", { status: string("FAILED") }]);
  });

  it("gives each protocol its own text", async () => {
    subscribe({ RawMessageDelivery: "true" });
    await publish({ MessageStructure: "json", Message: JSON.stringify({ default: "all", sqs: "queue" }) });
    assert.equal((await receive()).Body, "queue");
  });

  const filters: readonly (readonly [title: string, scope: string, policy: JsonObject, wanted: boolean])[] = [
    ["an attribute", "MessageAttributes", { status: ["FAILED"] }, true],
    ["another attribute", "MessageAttributes", { status: ["SUCCEEDED"] }, false],
    ["a number", "MessageAttributes", { attempts: [{ numeric: [">", 1] }] }, true],
    ["an element of an array", "MessageAttributes", { clients: ["b"] }, true],
    ["an attribute that is absent", "MessageAttributes", { other: [{ exists: false }] }, true],
    ["a member of the body", "MessageBody", { job: { process: [{ prefix: "settle" }] } }, true],
    ["another member of the body", "MessageBody", { job: { process: ["sleep"] } }, false],
  ];
  for (const [title, FilterPolicyScope, policy, wanted] of filters) {
    it(`${wanted ? "delivers" : "does not deliver"} a message by a filter on ${title}`, async () => {
      subscribe({ FilterPolicy: JSON.stringify(policy), FilterPolicyScope });
      await publish({
        Message: JSON.stringify({ job: { process: "settlement" } }),
        MessageAttributes: {
          status: string("FAILED"),
          attempts: { DataType: "Number", StringValue: "2" },
          clients: { DataType: "String.Array", StringValue: '["a","b"]' },
        },
      });
      assert.equal(harness.dispatched.length, wanted ? 1 : 0);
    });
  }

  it("sends what a queue refuses to the subscription's dead-letter queue, at once", async () => {
    const dead = await harness.messaging.createQueue("dead", {});
    subscribe({
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
    });
    harness.intercept = ({ request }) =>
      request.body.toString().includes("/inbox")
        ? harness.messaging.sqs.renderError(
            new AwsError("AccessDenied", "the policy does not allow it", 403),
            request,
          )
        : undefined;
    const { MessageId } = await publish({});
    assert.equal((await receive(dead.url)).Body, "done");
    assert.deepEqual(harness.lines, [
      `sns: message ${MessageId} to ${queue.arn} failed (AccessDeniedException: the policy does not allow it), given up`,
    ]);
  });

  it("asks an HTTP endpoint to confirm, then posts to it, and again after a failure", async () => {
    const receiver = new Receiver();
    try {
      const endpoint = await receiver.listen();
      const pending = await sns.send(
        new SubscribeCommand({ TopicArn: topicArn("jobs"), Protocol: "http", Endpoint: endpoint }),
      );
      assert.equal(pending.SubscriptionArn, "pending confirmation");
      const question = JSON.parse((await receiver.post(0)).body) as { Type: string; SubscribeURL: string };
      await publish({ Message: "too early" });
      assert.equal((await fetch(question.SubscribeURL)).status, 200);
      const { Subscriptions: [subscription] = [] } = await sns.send(
        new ListSubscriptionsByTopicCommand({ TopicArn: topicArn("jobs") }),
      );
      receiver.statuses = [503];
      const { MessageId } = await publish({});
      await harness.logged("the endpoint answered 503), again in 20 s");
      harness.clock.advance(20_000);
      const { headers, body } = await receiver.post(2);
      assert.equal((JSON.parse(body) as JsonObject)["Message"], "done");
      assert.deepEqual(
        {
          type: headers["x-amz-sns-message-type"],
          id: headers["x-amz-sns-message-id"],
          topic: headers["x-amz-sns-topic-arn"],
          subscription: headers["x-amz-sns-subscription-arn"],
          contentType: headers["content-type"],
        },
        {
          type: "Notification",
          id: MessageId,
          topic: topicArn("jobs"),
          subscription: subscription?.SubscriptionArn,
          contentType: "text/plain; charset=UTF-8",
        },
      );
    } finally {
      receiver.stop();
    }
  });

  it("sends nothing beyond this machine, and says so", async () => {
    harness.messaging.subscribe(topicArn("jobs"), "https", "https://partner.example/hook", {});
    assert.deepEqual(harness.lines, [
      "sns: nothing is sent to https https://partner.example/hook: the local cloud sends to this machine only",
    ]);
  });

  it("logs an e-mail instead of sending it", async () => {
    harness.messaging.subscribe(topicArn("jobs"), "email", "ops@example.com", {});
    await publish({ Subject: "Job 7 failed" });
    assert.deepEqual(harness.lines, ["sns: e-mail to ops@example.com: Job 7 failed"]);
  });

  it("publishes each entry of a batch for itself", async () => {
    subscribe({ RawMessageDelivery: "true" });
    const result = await sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn("jobs"),
        PublishBatchRequestEntries: [
          { Id: "good", Message: "one" },
          { Id: "bad", Message: "two", Subject: "a\nb" },
        ],
      }),
    );
    assert.deepEqual(
      [result.Successful?.map(({ Id }) => Id), result.Failed],
      [
        ["good"],
        [{ Id: "bad", Code: "InvalidParameter", Message: "Invalid parameter: Subject", SenderFault: true }],
      ],
    );
    assert.equal((await receive()).Body, "one");
  });

  it("describes topics and subscriptions", async () => {
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: "other", Tags: [{ Key: "stack", Value: "dev" }] }),
    );
    const { arn } = subscribe();
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: arn,
        AttributeName: "RawMessageDelivery",
        AttributeValue: "true",
      }),
    );
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn("jobs") }));
    const subscription = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));
    const tags = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }));
    assert.deepEqual(topic.Attributes, {
      TopicArn: topicArn("jobs"),
      Owner: "000000000000",
      DisplayName: "Jobs",
      SubscriptionsConfirmed: "1",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
    });
    assert.deepEqual(subscription.Attributes, {
      SubscriptionArn: arn,
      Owner: "000000000000",
      Protocol: "sqs",
      Endpoint: queueArn("inbox"),
      TopicArn: topicArn("jobs"),
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "true",
      RawMessageDelivery: "true",
    });
    assert.deepEqual(tags.Tags, [{ Key: "stack", Value: "dev" }]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    await publish({});
    assert.deepEqual(harness.dispatched, []);
  });

  const refusals: readonly (readonly [
    title: string,
    run: () => Promise<unknown>,
    code: string,
    message: string,
  ])[] = [
    ["an unknown topic", () => publish({ TopicArn: topicArn("none") }), "NotFound", "Topic does not exist"],
    [
      "an empty message",
      () => publish({ Message: "" }),
      "InvalidParameter",
      "Invalid parameter: Empty message",
    ],
    [
      "a message of more than 256 KiB",
      () => publish({ Message: "x".repeat(262_145) }),
      "InvalidParameter",
      "Invalid parameter: Message too long",
    ],
    [
      "texts without a default",
      () => publish({ MessageStructure: "json", Message: "{}" }),
      "InvalidParameter",
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    ],
    [
      "a filter policy with an unknown operator",
      async () => subscribe({ FilterPolicy: '{"status":[{"near":"x"}]}' }),
      "InvalidParameter",
      "Invalid parameter: FilterPolicy: Unrecognized match type near",
    ],
    [
      "a protocol that is not there",
      () =>
        sns.send(new SubscribeCommand({ TopicArn: topicArn("jobs"), Protocol: "sms", Endpoint: "+49123" })),
      "InvalidParameter",
      "Invalid parameter: Invalid protocol type: sms; the local cloud has sqs, http, https, email",
    ],
  ];
  for (const [title, run, code, message] of refusals) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(run, (error: AwsError | (SNSServiceException & { Code?: string })) => {
        const given = error instanceof AwsError ? error.code : error.name.replace(/Exception$/, "");
        assert.deepEqual([given, error.message], [code, message]);
        return true;
      });
    });
  }

  const permissions: readonly (readonly [form: string, expected: object])[] = [
    [`Action=Publish&TopicArn=${topicArn("jobs")}`, [{ action: "sns:Publish", resource: topicArn("jobs") }]],
    [
      `Action=PublishBatch&TopicArn=${topicArn("jobs")}`,
      [{ action: "sns:Publish", resource: topicArn("jobs") }],
    ],
    ["Action=CreateTopic&Name=jobs", [{ action: "sns:CreateTopic", resource: topicArn("jobs") }]],
    ["Action=ListTopics", [{ action: "sns:ListTopics", resource: "*" }]],
    [
      `Action=Subscribe&TopicArn=${topicArn("jobs")}&Protocol=email&Endpoint=ops%40example.com`,
      [
        {
          action: "sns:Subscribe",
          resource: topicArn("jobs"),
          context: { "sns:Protocol": "email", "sns:Endpoint": "ops@example.com" },
        },
      ],
    ],
    ["Action=ConfirmSubscription&Token=x", []],
  ];
  for (const [form, expected] of permissions) {
    it(`needs exactly its permission for ${form}`, () => {
      assert.deepEqual(harness.permissions("sns", { body: Buffer.from(form) }), expected);
    });
  }
});
