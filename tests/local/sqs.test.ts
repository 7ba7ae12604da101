import assert from "node:assert/strict";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
  type SQSServiceException,
} from "@aws-sdk/client-sqs";
import { AwsError } from "../../local/services/service";
import { MessagingHarness, queueArn } from "../helpers/messaging";

describe("the local SQS", () => {
  let harness: MessagingHarness;
  let client: SQSClient;

  beforeEach(async () => {
    harness = await MessagingHarness.start();
    await harness.listen();
    client = harness.sqs();
  });

  afterEach(() => harness.stop());

  const receiveAll = async (url: string, wait = 0) => {
    const input = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: wait };
    return (await client.send(new ReceiveMessageCommand(input))).Messages ?? [];
  };

  /** Sends to a queue with a dead-letter queue and receives until the message is moved there. */
  const prepareDeadLetter = async () => {
    const dead = await harness.messaging.createQueue("dead", {});
    const policy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
    const work = await harness.messaging.createQueue("work", {
      VisibilityTimeout: "0",
      RedrivePolicy: policy,
    });
    await client.send(new SendMessageCommand({ QueueUrl: work.url, MessageBody: "poison" }));
    assert.equal((await receiveAll(work.url)).length, 1);
    assert.equal((await receiveAll(work.url)).length, 0);
    return { dead, work };
  };

  it("names a queue by the endpoint that clients reach it by", async () => {
    const created = await harness.messaging.createQueue("jobs", {});
    assert.deepEqual(created, { url: `${harness.url}/000000000000/jobs`, arn: queueArn("jobs") });
    const found = await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    const listed = await client.send(new ListQueuesCommand({}));
    assert.equal(found.QueueUrl, created.url);
    assert.deepEqual(listed.QueueUrls, [created.url]);
  });

  it("finds a queue whatever host its URL names", async () => {
    const { url } = await harness.messaging.createQueue("jobs", {});
    await client.send(
      new SendMessageCommand({ QueueUrl: url.replace("127.0.0.1", "localhost"), MessageBody: "hello" }),
    );
    const [message] = await receiveAll(url);
    assert.equal(message?.Body, "hello");
    await client.send(
      new DeleteMessageCommand({
        QueueUrl: "http://jobrelay.example/000000000000/jobs",
        ReceiptHandle: message?.ReceiptHandle ?? "",
      }),
    );
  });

  it("returns message attributes only when asked for", async () => {
    const { url } = await harness.messaging.createQueue("jobs", {});
    const attributes = { kind: { DataType: "String", StringValue: "batch" } };
    const sent = { QueueUrl: url, MessageBody: "hello", MessageAttributes: attributes };
    await client.send(new SendMessageCommand(sent));
    await client.send(new SendMessageCommand(sent));
    const silent = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    const asked = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ["All"] }),
    );
    assert.equal(silent.Messages?.[0]?.MessageAttributes, undefined);
    assert.deepEqual(asked.Messages?.[0]?.MessageAttributes, attributes);
  });

  it("returns queue attributes only when asked for, with those that it merely keeps", async () => {
    const policy = JSON.stringify({ redrivePermission: "denyAll" });
    const { url } = await harness.messaging.createQueue("jobs", { VisibilityTimeout: "90" });
    await client.send(
      new SetQueueAttributesCommand({
        QueueUrl: url,
        Attributes: { RedriveAllowPolicy: policy, DelaySeconds: "1" },
      }),
    );
    const names = [
      "VisibilityTimeout",
      "DelaySeconds",
      "RedriveAllowPolicy",
      "SqsManagedSseEnabled",
    ] as const;
    const none = await client.send(new GetQueueAttributesCommand({ QueueUrl: url }));
    const some = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
    );
    assert.equal(none.Attributes, undefined);
    assert.deepEqual(some.Attributes, {
      SqsManagedSseEnabled: "true",
      VisibilityTimeout: "90",
      DelaySeconds: "1",
      RedriveAllowPolicy: policy,
    });
  });

  it("delivers again, then to the dead-letter queue, from which messages can be moved back", async () => {
    const { dead, work } = await prepareDeadLetter();
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const moved = await receiveAll(work.url, 5);
    assert.deepEqual(
      moved.map(({ Body }) => Body),
      ["poison"],
    );
    assert.deepEqual(await receiveAll(dead.url), []);
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    assert.deepEqual(Results, [
      {
        Status: "COMPLETED",
        SourceArn: dead.arn,
        DestinationArn: work.arn,
        ApproximateNumberOfMessagesMoved: 1,
        ApproximateNumberOfMessagesToMove: 1,
        StartedTimestamp: harness.clock.now(),
      },
    ]);
  });

  const errors: readonly (readonly [
    title: string,
    run: () => Promise<unknown>,
    code: string,
    status: number,
  ])[] = [
    [
      "a queue that is not there",
      () => client.send(new GetQueueUrlCommand({ QueueName: "nothing" })),
      "AWS.SimpleQueueService.NonExistentQueue",
      400,
    ],
    [
      "a URL of another account",
      () => client.send(new ReceiveMessageCommand({ QueueUrl: `${harness.url}/123456789012/jobs` })),
      "AWS.SimpleQueueService.NonExistentQueue",
      400,
    ],
    [
      "a message of more than 1 MiB",
      async () => {
        const { url } = await harness.messaging.createQueue("jobs", {});
        await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x".repeat(2 ** 20 + 1) }));
      },
      "InvalidParameterValue",
      400,
    ],
    [
      "a delay of an hour",
      async () => {
        const { url } = await harness.messaging.createQueue("jobs", {});
        await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", DelaySeconds: 3600 }));
      },
      "InvalidParameterValue",
      400,
    ],
    [
      "an attribute that no queue has",
      () => harness.messaging.createQueue("jobs", { Colour: "red" }),
      "InvalidAttributeName",
      400,
    ],
    [
      "a dead-letter queue that is not there",
      () =>
        harness.messaging.createQueue("jobs", {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 3 }),
        }),
      "InvalidParameterValue",
      400,
    ],
    ["a name with a space", () => harness.messaging.createQueue("my jobs", {}), "InvalidParameterValue", 400],
    [
      "an empty batch",
      async () => {
        const { url } = await harness.messaging.createQueue("jobs", {});
        await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] }));
      },
      "AWS.SimpleQueueService.EmptyBatchRequest",
      400,
    ],
  ];
  for (const [title, run, code, status] of errors) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(run, (error: AwsError | (SQSServiceException & { Code?: string })) => {
        const [name, http] =
          error instanceof AwsError
            ? [error.code, error.status]
            : [error.Code ?? error.name, error.$metadata.httpStatusCode];
        assert.deepEqual([name, http], [code, status]);
        return true;
      });
    });
  }

  const permissions: readonly (readonly [
    operation: string,
    input: object,
    action: string,
    resource: string,
  ])[] = [
    ["SendMessage", { QueueUrl: "http://localhost:1/000000000000/q" }, "sqs:SendMessage", queueArn("q")],
    ["SendMessageBatch", { QueueUrl: "http://localhost:1/000000000000/q" }, "sqs:SendMessage", queueArn("q")],
    [
      "DeleteMessageBatch",
      { QueueUrl: "http://localhost:1/000000000000/q" },
      "sqs:DeleteMessage",
      queueArn("q"),
    ],
    [
      "ReceiveMessage",
      { QueueUrl: "http://localhost:1/000000000000/q" },
      "sqs:ReceiveMessage",
      queueArn("q"),
    ],
    ["CreateQueue", { QueueName: "q" }, "sqs:CreateQueue", queueArn("q")],
    ["GetQueueUrl", { QueueName: "q" }, "sqs:GetQueueUrl", queueArn("q")],
    ["ListQueues", {}, "sqs:ListQueues", "*"],
    ["StartMessageMoveTask", { SourceArn: queueArn("q") }, "sqs:StartMessageMoveTask", queueArn("q")],
  ];
  for (const [operation, input, action, resource] of permissions) {
    it(`needs ${action} on ${resource} for ${operation}`, () => {
      const headers = { "x-amz-target": `AmazonSQS.${operation}` };
      const body = Buffer.from(JSON.stringify(input));
      assert.deepEqual(harness.permissions("sqs", { headers, body }), [{ action, resource }]);
    });
  }

  it("renders a denial as SQS does", () => {
    const denial = new AwsError("AccessDeniedException", "not authorized", 403);
    const request = {
      principal: { kind: "root", arn: "" },
      method: "POST",
      path: "/",
      query: "",
      headers: {},
    } as const;
    const response = harness.messaging.sqs.renderError(denial, { ...request, body: Buffer.alloc(0) });
    assert.deepEqual(response, {
      status: 403,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-query-error": "AccessDenied;Sender" },
      body: '{"__type":"com.amazon.coral.service#AccessDeniedException","message":"not authorized"}',
    });
  });
});
