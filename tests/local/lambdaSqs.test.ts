import assert from "node:assert/strict";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AwsError } from "../../local/services/service";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { EventSourceMappingInput } from "../../local/services/lambda";
import { allow, startTestCloud, type TestCloud } from "../helpers/cloud";
import { deploy, queueArn, sessionArn, startLambda, type RunningLambda } from "../helpers/lambda";

const QueueUrl = "http://queues/jobs";

/** A message as ReceiveMessage gives it. */
const message = (id: string, body: string = `{"id":"${id}"}`): JsonObject => ({
  MessageId: id,
  ReceiptHandle: `handle-${id}`,
  Body: body,
  MD5OfBody: `md5-${id}`,
  Attributes: { ApproximateReceiveCount: "1" },
});

describe("An event source mapping of a queue", () => {
  let running: RunningLambda;

  beforeEach(() => {
    running = startLambda();
  });

  afterEach(() => running.lambda.stop());

  const map = (input: Partial<EventSourceMappingInput> = {}) =>
    running.lambda.createEventSourceMapping({ functionName: "work", eventSourceArn: queueArn, ...input });

  /** The messages of the first call of DeleteMessageBatch. */
  const deleted = async (): Promise<unknown> =>
    (await running.cloud.until("sqs DeleteMessageBatch"))[0]?.input;

  const deletion = (...ids: readonly string[]) => ({
    QueueUrl,
    Entries: ids.map((id, index) => ({ Id: String(index), ReceiptHandle: `handle-${id}` })),
  });

  it("takes a whole batch from the queue, but little while others go first", async () => {
    const passed = () => Promise.resolve();
    const asked = [];
    for (const open of [true, false]) {
      const other = startLambda(undefined, { open, passed });
      await deploy(other, "");
      await other.lambda.createEventSourceMapping({ functionName: "work", eventSourceArn: queueArn });
      const [received] = await other.cloud.until("sqs ReceiveMessage");
      asked.push(received?.input["MaxNumberOfMessages"]);
      await other.lambda.stop();
    }
    assert.deepEqual(asked, [10, 5]);
  });

  it("polls as the function's role, gives messages to the function and deletes them", async () => {
    await deploy(running, "console.log(JSON.stringify(event));");
    const attributes = {
      MD5OfMessageAttributes: "md5-attributes",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "x" },
        bytes: { DataType: "Binary", BinaryValue: "AA==" },
      },
    };
    running.cloud.receives([message("1"), { ...message("2", "plain"), ...attributes }]);
    await map();
    assert.deepEqual(await deleted(), deletion("1", "2"));
    const [line = ""] = await running.logged(/Records/);
    const common = { attributes: { ApproximateReceiveCount: "1" }, eventSource: "aws:sqs" };
    const place = { eventSourceARN: queueArn, awsRegion: "eu-west-1" };
    assert.deepEqual(JSON.parse(line.replace("[work] ", "")), {
      Records: [
        {
          messageId: "1",
          receiptHandle: "handle-1",
          body: `{"id":"1"}`,
          messageAttributes: {},
          md5OfBody: "md5-1",
          ...common,
          ...place,
        },
        {
          messageId: "2",
          receiptHandle: "handle-2",
          body: "plain",
          messageAttributes: {
            text: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
            bytes: { binaryValue: "AA==", stringListValues: [], binaryListValues: [], dataType: "Binary" },
          },
          md5OfMessageAttributes: "md5-attributes",
          md5OfBody: "md5-2",
          ...common,
          ...place,
        },
      ],
    });
    const receive = {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    assert.deepEqual(running.cloud.calls[2], {
      principal: sessionArn,
      operation: "sqs ReceiveMessage",
      input: receive,
    });
  });

  const partial = { functionResponseTypes: ["ReportBatchItemFailures"] };
  const answers: readonly (readonly [title: string, code: string, deleted: readonly string[]])[] = [
    ["names failed messages", `return { batchItemFailures: [{ itemIdentifier: "2" }] };`, ["1", "3"]],
    ["has an empty list of failures", "return { batchItemFailures: [] };", ["1", "2", "3"]],
    ["has null for the list of failures", "return { batchItemFailures: null };", ["1", "2", "3"]],
    ["is null", "return null;", ["1", "2", "3"]],
    ["is nothing", "", ["1", "2", "3"]],
    ["is an empty object", "return {};", ["1", "2", "3"]],
    ["is an error", `throw new Error("no");`, []],
    ["is text", `return "2";`, []],
    ["has no list of failures", `return { batchItemFailures: "2" };`, []],
    ["names an unknown message", `return { batchItemFailures: [{ itemIdentifier: "9" }] };`, []],
    ["names no message", `return { batchItemFailures: [{ itemIdentifier: "" }] };`, []],
    ["names null", `return { batchItemFailures: [{ itemIdentifier: null }] };`, []],
    ["names messages by another key", `return { batchItemFailures: [{ messageId: "2" }] };`, []],
  ];
  for (const [title, code, ids] of answers) {
    it(`deletes ${ids.join(", ") || "nothing"} of 1, 2, 3 when the answer ${title}`, async () => {
      await deploy(running, code);
      running.cloud.receives([message("1"), message("2"), message("3")]);
      await map(partial);
      if (ids.length > 0) assert.deepEqual(await deleted(), deletion(...ids));
      else {
        await running.logged(/3 of 3 messages failed and return to the queue/);
        assert.deepEqual(running.cloud.of("sqs DeleteMessageBatch"), []);
      }
    });
  }

  it("takes no notice of failures that it was not set to ask for", async () => {
    await deploy(running, `return { batchItemFailures: [{ itemIdentifier: "1" }] };`);
    running.cloud.receives([message("1")]);
    await map();
    assert.deepEqual(await deleted(), deletion("1"));
  });

  it("deletes messages that no filter matches, without showing them to the function", async () => {
    await deploy(running, `console.log("ids " + event.Records.map(({ messageId }) => messageId));`);
    running.cloud.receives([message("1"), message("2"), message("3", "plain")]);
    const patterns = [{ body: { id: ["1"] } }, { body: [{ prefix: "pl" }] }];
    const filters = patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) }));
    await map({ filterCriteria: { filters } });
    const [first, second] = await running.cloud.until("sqs DeleteMessageBatch", 2);
    assert.deepEqual([first?.input, second?.input], [deletion("2"), deletion("1", "3")]);
    assert.deepEqual(running.lines, ["[work] ids 1,3"]);
  });

  it("gathers messages until the batch is full", async () => {
    await deploy(running, `console.log("got " + event.Records.length);`);
    running.cloud.receives([message("1"), message("2")], [message("3")]);
    await map({ batchSize: 3, maximumBatchingWindowInSeconds: 5 });
    assert.deepEqual(await deleted(), deletion("1", "2", "3"));
    const [first, second] = running.cloud.of("sqs ReceiveMessage").map(({ input }) => input);
    assert.deepEqual([first?.["MaxNumberOfMessages"], first?.["WaitTimeSeconds"]], [3, 20]);
    assert.deepEqual([second?.["MaxNumberOfMessages"], second?.["WaitTimeSeconds"]], [1, 5]);
  });

  it("has no more batches under way than its maximum concurrency", async () => {
    await deploy(running, `console.log("begun"); await new Promise((resolve) => setTimeout(resolve, 9999));`);
    running.cloud.receives([message("1")], [message("2")], [message("3")]);
    await map({ batchSize: 1, scalingConfig: { maximumConcurrency: 2 } });
    await running.logged(/begun/, 2);
    assert.equal(running.cloud.of("sqs ReceiveMessage").length, 2);
  });

  it("asks again, later and later, when the queue refuses", async () => {
    await deploy(running, "");
    running.cloud.on("sqs ReceiveMessage", () => {
      throw new AwsError("AccessDenied", "not yours", 403);
    });
    await map();
    for (const delay of [1000, 2000, 4000]) await running.clock.pass(delay);
    await running.cloud.until("sqs ReceiveMessage", 4);
    const line = `[work] ${queueArn}: cannot receive: not yours`;
    assert.deepEqual(running.lines.slice(0, 3), [line, line, line]);
  });

  const refusals: readonly (readonly [
    title: string,
    input: Partial<EventSourceMappingInput>,
    code: string,
    message: string,
  ])[] = [
    [
      "a batch of more than 10 without a window",
      { batchSize: 11 },
      "InvalidParameterValueException",
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    ],
    [
      "a maximum concurrency of 1",
      { scalingConfig: { maximumConcurrency: 1 } },
      "ValidationException",
      "1 validation error detected: Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 2",
    ],
    [
      "a window for a FIFO queue",
      { eventSourceArn: `${queueArn}.fifo`, maximumBatchingWindowInSeconds: 1 },
      "InvalidParameterValueException",
      "Batching window is not supported for FIFO queues",
    ],
    [
      "a filter that is no JSON object",
      { filterCriteria: { filters: [{ pattern: "[]" }] } },
      "InvalidParameterValueException",
      "Invalid filter pattern definition.",
    ],
    [
      "an unknown function",
      { functionName: "other" },
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:eu-west-1:000000000000:function:other",
    ],
  ];
  for (const [title, input, code, text] of refusals) {
    it(`cannot be created with ${title}`, async () => {
      await deploy(running, "");
      await assert.rejects(map(input), { code, message: text });
    });
  }

  it("cannot be created for a queue whose visibility timeout is below the function's timeout", async () => {
    await deploy(running, "", { timeoutSeconds: 31 });
    await assert.rejects(map(), {
      code: "InvalidParameterValueException",
      message: "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
    });
    assert.deepEqual(
      running.cloud.calls.map(({ principal, operation }) => [principal, operation]),
      [
        ["arn:aws:iam::000000000000:root", "sqs GetQueueUrl"],
        [sessionArn, "sqs GetQueueAttributes"],
      ],
    );
  });

  it("cannot be created twice for the same queue and function", async () => {
    await deploy(running, "");
    running.cloud.receives();
    await map();
    await assert.rejects(map(), { code: "ResourceConflictException" });
  });
});

describe("A function that changes the visibility of its own message and reports it as failed", () => {
  let cloud: TestCloud;

  beforeEach(async () => {
    cloud = await startTestCloud();
  });

  afterEach(() => cloud.stop());

  const sqs = JSON.stringify(require.resolve("@aws-sdk/client-sqs"));
  /** Says when it is called; the first time it also says in how many seconds it wants the message again. */
  const code = `
    const { ChangeMessageVisibilityCommand, SQSClient } = require(${sqs});
    exports.handler = async ({ Records: [{ messageId, receiptHandle, attributes }] }) => {
      console.log("called " + Date.now());
      if (attributes.ApproximateReceiveCount !== "1") return {};
      await new SQSClient({}).send(new ChangeMessageVisibilityCommand({
        QueueUrl: process.env.QUEUE_URL,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Number(process.env.SECONDS),
      }));
      console.log("changed " + Date.now());
      return { batchItemFailures: [{ itemIdentifier: messageId }] };
    };`;

  async function deployTo(queue: { url: string; arn: string }, seconds: number): Promise<void> {
    const actions = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"];
    const roleArn = cloud.role("worker", [
      allow(
        actions.map((action) => `sqs:${action}`),
        queue.arn,
      ),
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*"),
    ]);
    const environment = { QUEUE_URL: queue.url, SECONDS: String(seconds) };
    const limits = { timeoutSeconds: 2, memoryMb: 256 };
    const files = { "index.js": code };
    const { createFunction, createEventSourceMapping } = cloud.lambda;
    await createFunction({ name: "work", files, handler: "index.handler", roleArn, environment, ...limits });
    await createEventSourceMapping({ functionName: "work", eventSourceArn: queue.arn, ...reporting });
  }

  const reporting = { functionResponseTypes: ["ReportBatchItemFailures"] };

  /** When the function has logged this, in milliseconds, so many times. */
  async function times(what: string, count: number): Promise<number[]> {
    for (;;) {
      const found = cloud.lines.flatMap((line) => new RegExp(`${what} (\\d+)$`).exec(line)?.[1] ?? []);
      if (found.length >= count) return found.map(Number);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  for (const [queueSeconds, seconds] of [
    [30, 1],
    [2, 3],
  ] as const) {
    it(`gets it again ${seconds} s later, though the queue says ${queueSeconds} s`, async () => {
      const queue = await cloud.messaging.createQueue("jobs", { VisibilityTimeout: String(queueSeconds) });
      await deployTo(queue, seconds);
      const client = new SQSClient(cloud.settings());
      await client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "{}" }));
      client.destroy();
      const [, again = 0] = await times("called", 2);
      const [changed = 0] = await times("changed", 1);
      const late = again - changed - seconds * 1000;
      assert.ok(late > -100 && late < 900, `${late} ms late`);
    });
  }
});
