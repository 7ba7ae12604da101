import { deepEqual, equal } from "node:assert/strict";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { MessagingHarness, queueArn, topicArn } from "../helpers/messaging";

const rules = [{ id: "callbacks", destinationArn: queueArn("inbox"), events: ["s3:ObjectCreated:*"] }];

describe("Topics and buckets that are stopped and started", () => {
  let harness: MessagingHarness;

  beforeEach(async () => {
    harness = await MessagingHarness.start();
    await declare();
  });

  afterEach(() => harness.stop());

  const declare = async () => {
    const { messaging } = harness;
    await messaging.createQueue("inbox", {});
    messaging.createTopic("jobs", {});
    messaging.subscribe(topicArn("jobs"), "sqs", queueArn("inbox"), { RawMessageDelivery: "true" });
    messaging.createBucket("bucket", {});
    await messaging.setNotifications("bucket", { rules });
  };
  /** SQS answers every request with an error of its own. */
  const fail = () => {
    const body = '{"__type":"ServiceUnavailable","message":"busy"}';
    harness.intercept = () => ({ status: 503, headers: {}, body });
  };
  const restart = () => {
    harness.intercept = () => undefined;
    return harness.restart(declare);
  };
  const received = async () => {
    const input = { QueueUrl: `${harness.url}/000000000000/inbox`, MaxNumberOfMessages: 10 };
    const headers = { "x-amz-target": "AmazonSQS.ReceiveMessage" };
    const response = await harness.request("sqs", { headers, body: Buffer.from(JSON.stringify(input)) });
    const { Messages = [] } = JSON.parse(response.body.toString()) as { Messages?: { Body: string }[] };
    return Messages.map(({ Body }) => Body).filter((body) => !body.includes("s3:TestEvent"));
  };
  /** Lets what is due come, until something has. */
  const arrived = async () => {
    for (;;) {
      harness.clock.advance(0);
      const bodies = await received();
      if (bodies.length > 0) return bodies;
    }
  };
  const publish = (Message: string) => {
    const form = { Action: "Publish", Version: "2010-03-31", TopicArn: topicArn("jobs"), Message };
    return harness.request("sns", { body: Buffer.from(new URLSearchParams(form).toString()) });
  };
  const putObject = (key: string) =>
    harness.request("s3", { method: "PUT", path: `/bucket/${key}`, body: Buffer.from("x") });

  it("bring a notification to a queue that was not there for it before, once", async () => {
    fail();
    equal((await publish("hello")).status, 200);
    await harness.logged("again in");
    await restart();
    deepEqual(await arrived(), ["hello"]);
    await restart();
    harness.clock.advance(60_000);
    deepEqual(await received(), []);
  });

  it("bring an object's event to a queue that was not there for it before, in its order", async () => {
    fail();
    equal((await putObject("a")).status, 200);
    await harness.logged("again in");
    await restart();
    harness.clock.advance(1000);
    const [first = ""] = await arrived();
    equal((await putObject("a")).status, 200);
    const [second = ""] = await arrived();
    const sequencers = [first, second].map((body) => {
      const { Records } = JSON.parse(body) as { Records: [{ s3: { object: JsonObject } }] };
      return String(Records[0].s3.object["sequencer"]);
    });
    deepEqual(sequencers, [...new Set(sequencers)].sort());
  });
});
