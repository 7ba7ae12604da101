import assert from "node:assert/strict";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { AwsError, type AwsRequest } from "../../local/services/service";
import { MessagingHarness, queueArn, topicArn } from "../helpers/messaging";

interface Record {
  readonly eventName: string;
  readonly s3: { readonly object: { readonly key: string; readonly sequencer: string } };
}

const rule = { id: "callbacks", destinationArn: queueArn("callbacks"), events: ["s3:ObjectCreated:*"] };

describe("S3 notifications", () => {
  let harness: MessagingHarness;
  let queue: { url: string };

  beforeEach(async () => {
    harness = await MessagingHarness.start();
    queue = await harness.messaging.createQueue("callbacks", {});
    harness.messaging.createBucket("jobs", {});
  });

  afterEach(() => harness.stop());

  const s3 = async (method: string, path: string, request: Partial<AwsRequest> = {}) => {
    const response = await harness.request("s3", { method, path, ...request });
    assert.ok(response.status < 300, response.body.toString());
    return response;
  };

  /** The next message of the queue; none if there is none within the seconds. */
  const receive = async (seconds = 5): Promise<JsonObject | undefined> => {
    const input = { QueueUrl: queue.url, WaitTimeSeconds: seconds };
    const headers = { "x-amz-target": "AmazonSQS.ReceiveMessage" };
    const response = await harness.request("sqs", { headers, body: Buffer.from(JSON.stringify(input)) });
    const { Messages: [message] = [] } = JSON.parse(response.body.toString()) as {
      Messages?: { Body: string }[];
    };
    return message && (JSON.parse(message.Body) as JsonObject);
  };

  const nextRecord = async () => ((await receive()) as { Records: Record[] } | undefined)?.Records[0];

  const configure = async (...rules: Parameters<typeof harness.messaging.setNotifications>[1]["rules"]) => {
    await harness.messaging.setNotifications("jobs", { rules });
    for (const each of rules) if (each.destinationArn === rule.destinationArn) await receive();
  };

  it("begin with a test event", async () => {
    await harness.messaging.setNotifications("jobs", { rules: [rule] });
    const { RequestId, HostId, ...event } = (await receive()) ?? {};
    assert.deepEqual(event, {
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: "2026-03-01T12:00:00.000Z",
      Bucket: "jobs",
    });
    assert.deepEqual([typeof RequestId, typeof HostId], ["string", "string"]);
  });

  it("describe what was stored, as the service principal of S3 for the bucket", async () => {
    await configure(rule);
    harness.dispatched.length = 0;
    const response = await s3("PUT", "/jobs/in%20bound/%C3%A4%28b%29%2Bc.json", {
      body: Buffer.from("{}"),
      principal: {
        kind: "role",
        roleArn: "arn:aws:iam::000000000000:role/partner",
        arn: "arn:aws:sts::000000000000:assumed-role/partner/session",
      },
    });
    assert.deepEqual(await receive(), {
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "eu-west-1",
          eventTime: "2026-03-01T12:00:00.000Z",
          eventName: "ObjectCreated:Put",
          userIdentity: { principalId: "AWS:partner:session" },
          requestParameters: { sourceIPAddress: "127.0.0.1" },
          responseElements: {
            "x-amz-request-id": response.headers["x-amz-request-id"],
            "x-amz-id-2": response.headers["x-amz-id-2"],
          },
          s3: {
            s3SchemaVersion: "1.0",
            configurationId: "callbacks",
            bucket: {
              name: "jobs",
              ownerIdentity: { principalId: "000000000000" },
              arn: "arn:aws:s3:::jobs",
            },
            object: {
              key: "in+bound/%C3%A4%28b%29%2Bc.json",
              size: 2,
              eTag: "99914b932bd37a50b983c5e7c90ae93b",
              sequencer: "00019CA9450A000000",
            },
          },
        },
      ],
    });
    assert.deepEqual(
      harness.dispatched.map(({ service, request }) => [service, request.principal]),
      [["sqs", { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::jobs" }]],
    );
  });

  it("follow copies, completed uploads and deletions, with rising sequencers", async () => {
    await configure(rule, { ...rule, events: ["s3:ObjectRemoved:*"] });
    await s3("PUT", "/jobs/a", { body: Buffer.from("x") });
    await s3("PUT", "/jobs/b", { headers: { "x-amz-copy-source": "/jobs/a" } });
    const { body } = await s3("POST", "/jobs/c", { query: "uploads" });
    const uploadId = /<UploadId>([^<]+)/.exec(body.toString())?.[1] ?? "";
    await s3("PUT", "/jobs/c", { query: `uploadId=${uploadId}&partNumber=1`, body: Buffer.from("x") });
    const part = "<Part><PartNumber>1</PartNumber><ETag>9dd4e461268c8034f5c8564e155c67a6</ETag></Part>";
    const complete = Buffer.from(`<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`);
    await s3("POST", "/jobs/c", { query: `uploadId=${uploadId}`, body: complete });
    await s3("DELETE", "/jobs/a");
    await s3("DELETE", "/jobs/none");
    const records = [await nextRecord(), await nextRecord(), await nextRecord(), await nextRecord()];
    assert.deepEqual(
      records.map((record) => [record?.eventName, record?.s3.object.key]),
      [
        ["ObjectCreated:Put", "a"],
        ["ObjectCreated:Copy", "b"],
        ["ObjectCreated:CompleteMultipartUpload", "c"],
        ["ObjectRemoved:Delete", "a"],
      ],
    );
    const sequencers = records.map((record) => record?.s3.object.sequencer ?? "");
    assert.deepEqual([...new Set(sequencers)].sort(), sequencers);
    assert.equal(await receive(0), undefined);
  });

  it("are only of the keys and kinds that a rule names", async () => {
    await configure({ ...rule, events: ["s3:ObjectCreated:Put"], prefix: "in/", suffix: ".json" });
    for (const key of ["out/a.json", "in/a.txt", "in/a.json"]) await s3("PUT", `/jobs/${key}`);
    await s3("PUT", "/jobs/in/b.json", { headers: { "x-amz-copy-source": "/jobs/in/a.json" } });
    assert.equal((await nextRecord())?.s3.object.key, "in/a.json");
    assert.equal(await receive(0), undefined);
  });

  it("are replaced as a whole by another configuration", async () => {
    await configure({ ...rule, prefix: "old/" });
    await configure({ ...rule, prefix: "new/" });
    await s3("PUT", "/jobs/old/a");
    await s3("PUT", "/jobs/new/a");
    assert.equal((await nextRecord())?.s3.object.key, "new/a");
    assert.equal(await receive(0), undefined);
  });

  it("go to topics too", async () => {
    harness.messaging.createTopic("uploads", {});
    harness.messaging.subscribe(topicArn("uploads"), "email", "ops@example.com", {});
    await configure({ ...rule, destinationArn: topicArn("uploads") });
    assert.deepEqual(harness.lines, ["sns: e-mail to ops@example.com: Amazon S3 Notification"]);
  });

  it("are tried again until the queue accepts them", async () => {
    await configure(rule);
    harness.intercept = ({ request }) =>
      harness.messaging.sqs.renderError(new AwsError("AccessDenied", "not yet", 403), request);
    await s3("PUT", "/jobs/a");
    await harness.logged("again in 1 s");
    harness.intercept = () => undefined;
    harness.clock.advance(1000);
    assert.equal((await nextRecord())?.s3.object.key, "a");
    assert.deepEqual(harness.lines, [
      "s3: notification of ObjectCreated:Put jobs/a to arn:aws:sqs:eu-west-1:000000000000:callbacks failed " +
        "(AccessDeniedException: not yet), again in 1 s",
    ]);
  });

  const refusals: readonly (readonly [
    title: string,
    rules: (typeof rule & { prefix?: string })[],
    message: string,
  ])[] = [
    [
      "a queue that is not there",
      [{ ...rule, destinationArn: queueArn("none") }],
      "Unable to validate the following destination configurations",
    ],
    [
      "an unknown event",
      [{ ...rule, events: ["s3:ObjectRead"] }],
      "A specified event is not supported for notifications.",
    ],
    [
      "rules that overlap",
      [rule, { ...rule, events: ["s3:ObjectCreated:Put"], prefix: "in/" }],
      "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
    ],
  ];
  for (const [title, rules, message] of refusals) {
    it(`are refused for ${title}, and leave the bucket as it was`, async () => {
      await configure(rule);
      await assert.rejects(harness.messaging.setNotifications("jobs", { rules }), {
        code: "InvalidArgument",
        message,
      });
      await s3("PUT", "/jobs/a");
      assert.equal((await nextRecord())?.s3.object.key, "a");
    });
  }
});
