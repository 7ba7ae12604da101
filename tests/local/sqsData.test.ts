import { deepEqual, equal } from "node:assert/strict";
import { mock } from "node:test";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { MessagingHarness, queueArn } from "../helpers/messaging";

const attributes = { VisibilityTimeout: "30" };
const fifo = { ...attributes, FifoQueue: "true" };
const redrive = (maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount }),
});

describe("Queues that are stopped and started", () => {
  let harness: MessagingHarness;

  beforeEach(async () => {
    harness = await MessagingHarness.start();
    await declare();
  });

  afterEach(async () => {
    mock.restoreAll();
    await harness.stop();
  });

  /** The queues that the program has. */
  const declare = async () => {
    const { messaging } = harness;
    await messaging.createQueue("dead", {});
    await messaging.createQueue("jobs", { ...attributes, ...redrive(2) });
    await messaging.createQueue("jobs.fifo", fifo);
  };
  /** @param seconds how long the queues are stopped */
  const restart = async (seconds = 0) => {
    await harness.restart(declare);
    pass(seconds);
  };
  /** Queues go by the system's time. */
  const pass = (seconds: number) => {
    const now = Date.now() + seconds * 1000;
    mock.restoreAll();
    mock.method(Date, "now", () => now);
  };
  const call = async (operation: string, name: string, input: object = {}) => {
    const headers = { "x-amz-target": `AmazonSQS.${operation}` };
    const body = Buffer.from(JSON.stringify({ QueueUrl: `${harness.url}/000000000000/${name}`, ...input }));
    const response = await harness.request("sqs", { headers, body });
    const output = JSON.parse(response.body.toString() || "{}") as JsonObject;
    equal(response.status, 200, JSON.stringify(output));
    return output;
  };
  const send = (name: string, MessageBody: string, more: object = {}) =>
    call("SendMessage", name, { MessageBody, ...more });
  const receive = async (name: string, more: object = {}) => {
    const input = { MaxNumberOfMessages: 10, AttributeNames: ["All"], ...more };
    const { Messages = [] } = await call("ReceiveMessage", name, input);
    return Messages as { Body: string; ReceiptHandle: string; Attributes: Record<string, string> }[];
  };
  const bodies = async (name: string) => (await receive(name)).map(({ Body }) => Body);

  it("give a message in flight again when its visibility timeout has ended, and not before", async () => {
    await send("jobs", "a");
    await receive("jobs");
    await restart(29);
    deepEqual(await bodies("jobs"), []);
    pass(1);
    const [again] = await receive("jobs");
    deepEqual([again?.Body, again?.Attributes["ApproximateReceiveCount"]], ["a", "2"]);
  });

  it("take the receipt of a message in flight: to delete it, or to change when it is visible", async () => {
    await send("jobs", "deleted");
    await send("jobs", "returned");
    const [deleted, returned] = await receive("jobs");
    await restart();
    await call("DeleteMessage", "jobs", { ReceiptHandle: deleted?.ReceiptHandle });
    await call("ChangeMessageVisibility", "jobs", {
      ReceiptHandle: returned?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    deepEqual(await bodies("jobs"), ["returned"]);
    pass(30);
    deepEqual([await bodies("jobs"), await bodies("dead")], [[], ["returned"]]);
  });

  it("give a delayed message when its delay has passed, and not before", async () => {
    await send("jobs", "late", { DelaySeconds: 60 });
    await restart(59);
    deepEqual(await bodies("jobs"), []);
    pass(1);
    deepEqual(await bodies("jobs"), ["late"]);
  });

  it("count on: the receive that is one too many moves a message to the dead-letter queue", async () => {
    await send("jobs", "poison");
    await receive("jobs", { VisibilityTimeout: 0 });
    await restart();
    deepEqual(await bodies("jobs"), ["poison"]);
    await restart(30);
    deepEqual([await bodies("jobs"), await bodies("dead")], [[], ["poison"]]);
  });

  it("keep dead letters, with which a task that moves them goes on", async () => {
    await send("dead", "a");
    await send("dead", "b");
    const SourceArn = queueArn("dead");
    await call("StartMessageMoveTask", "dead", { SourceArn, MaxNumberOfMessagesPerSecond: 1 });
    const moved = async () => {
      const { Results } = await call("ListMessageMoveTasks", "dead", { SourceArn });
      const [{ Status, ApproximateNumberOfMessagesMoved: count }] = Results as [JsonObject];
      return [Status, count];
    };
    await harness.clockWaits(1);
    deepEqual(await moved(), ["RUNNING", 1]);
    await restart();
    await harness.clockWaits(1);
    deepEqual(await moved(), ["RUNNING", 2]);
    deepEqual(await bodies("jobs"), ["a", "b"]);
  });

  it("know for five minutes what a FIFO queue was sent", async () => {
    const once = { MessageGroupId: "g", MessageDeduplicationId: "1" };
    const first = await send("jobs.fifo", "a", once);
    await restart(299);
    const second = await send("jobs.fifo", "a again", once);
    deepEqual([second["MessageId"], second["SequenceNumber"]], [first["MessageId"], first["SequenceNumber"]]);
    const next = await send("jobs.fifo", "b", { ...once, MessageDeduplicationId: "2" });
    equal(Number(next["SequenceNumber"]), Number(first["SequenceNumber"]) + 1);
    pass(2);
    await send("jobs.fifo", "a at last", once);
    const [a] = await receive("jobs.fifo");
    deepEqual([a?.Body, await bodies("jobs.fifo")], ["a", []]);
    await call("DeleteMessage", "jobs.fifo", { ReceiptHandle: a?.ReceiptHandle });
    deepEqual(await bodies("jobs.fifo"), ["b"]);
  });

  it("hold a FIFO group back while one of its messages is in flight", async () => {
    await send("jobs.fifo", "a", { MessageGroupId: "g", MessageDeduplicationId: "1" });
    await send("jobs.fifo", "b", { MessageGroupId: "g", MessageDeduplicationId: "2" });
    await receive("jobs.fifo");
    await restart(29);
    deepEqual(await bodies("jobs.fifo"), []);
    pass(1);
    deepEqual(await bodies("jobs.fifo"), ["a"]);
  });

  it("keep what they got from the program before they got their messages back", async () => {
    await send("jobs", "older");
    await send("jobs.fifo", "older", { MessageGroupId: "g", MessageDeduplicationId: "1" });
    await harness.restart(async () => {
      await declare();
      await send("jobs", "newer");
      await send("jobs", "newest", { DelaySeconds: 60 });
      await send("jobs.fifo", "newer", { MessageGroupId: "h", MessageDeduplicationId: "2" });
    });
    deepEqual(await bodies("jobs"), ["older", "newer"]);
    deepEqual(await bodies("jobs.fifo"), ["older", "newer"]);
    pass(60);
    deepEqual((await bodies("jobs")).includes("newest"), true);
  });
});
