import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { systemClock, type Clock } from "../../local/clock";
import { Relay } from "../helpers/relay";

/** The system's clock, which a test can set forward while the local cloud is stopped. */
class SkippingClock implements Clock {
  skipped = 0;
  now = () => systemClock.now() + this.skipped;
  after = (milliseconds: number, callback: () => void) => systemClock.after(milliseconds, callback);
}

const minute = 60_000;

/** A hand-off that ends while the local cloud is stopped. */
const processes = { hasty: { steps: [{ handoff: { name: "approval", deadline: "3m" } }] } };

describe("A local cloud with a data folder, stopped and started", function () {
  this.timeout(180_000);

  const clock = new SkippingClock();
  let folder: string;
  let relay: Relay;
  let waiting: string;
  let hasty: string;
  let answered: string;
  let stopped: string;
  let UploadId: string | undefined;
  let ETag: string | undefined;

  const executionArnOf = async (jobId: string) => {
    const arns = Object.values(relay.cloud.outputs["stateMachineArns"] as Record<string, string>);
    for (const arn of arns) {
      const executionArn = `${arn.replace(":stateMachine:", ":execution:")}:${jobId}`;
      const found = await relay.sfn
        .send(new DescribeExecutionCommand({ executionArn }))
        .catch(() => undefined);
      if (found) return found;
    }
    throw new Error(`no execution of ${jobId}`);
  };

  before(async () => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), "jobrelay-test-")), "data");
    relay = await Relay.start({ clock, dataDirectory: folder, processes });
    [waiting, hasty, answered] = await Promise.all([
      relay.submit("settlement", { amount: 1 }),
      relay.submit("hasty"),
      relay.submit("settlement", { amount: 2 }),
    ]);
    for (const jobId of [waiting, hasty, answered]) await relay.jobThatIs("WAITING", jobId);
    await relay.drop(`inbound/${answered}/success.json`, '{"before":true}');
    await relay.jobThatIs("SUCCEEDED", answered);
    await relay.drop("inbound/kept.txt", "first");
    await relay.drop("inbound/kept.txt", "second");
    await relay.s3.send(new DeleteObjectCommand({ Bucket: relay.bucket, Key: "inbound/kept.txt" }));
    const Metadata = { colour: "blue" };
    const upload = { Bucket: relay.bucket, Key: "outbound/parts" };
    ({ UploadId } = await relay.s3.send(new CreateMultipartUploadCommand({ ...upload, Metadata })));
    const part = { ...upload, UploadId, PartNumber: 1, Body: "whole" };
    ({ ETag } = await relay.s3.send(new UploadPartCommand(part)));
    const { QueueUrl } = await relay.sqs.send(new CreateQueueCommand({ QueueName: "mine" }));
    await relay.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "held" }));
    await relay.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 43_200 }));
    await relay.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late", DelaySeconds: 900 }));
    await relay.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "ready" }));
    stopped = relay.cloud.endpointUrl;
    await relay.stop();
    clock.skipped = 4 * minute;
    const endpointPort = Number(new URL(stopped).port);
    relay = await Relay.start({ clock, dataDirectory: folder, processes, endpointPort });
  });

  after(async () => {
    await relay.stop();
    deepEqual(readdirSync(folder), ["state"]);
    rmSync(path.dirname(folder), { recursive: true });
  });

  it("is at the address that it had", () => equal(relay.cloud.endpointUrl, stopped));

  it("resumes a job that waits for the other side, with the answer that comes afterwards", async () => {
    equal((await relay.job(waiting)).status, "WAITING");
    await relay.drop(`inbound/${waiting}/success.json`, '{"approved":true}');
    const { result, steps } = await relay.jobThatIs("SUCCEEDED", waiting);
    ok(JSON.stringify({ result, steps }).includes('"approved":true'));
    equal((await relay.notificationsOf(waiting)).length, 1);
    equal((await executionArnOf(waiting)).status, "SUCCEEDED");
  });

  it("ends a hand-off whose deadline passed in the meantime", async () => {
    const { error } = await relay.jobThatIs("TIMED_OUT", hasty);
    equal(error?.step, "approval");
  });

  it("tells once of a job that had ended", async () => {
    await relay.notificationsOf(waiting);
    equal((await relay.job(answered)).status, "SUCCEEDED");
    const { startDate, stopDate } = await executionArnOf(answered);
    ok(startDate && stopDate && startDate <= stopDate);
    equal((await relay.notificationsOf(answered)).length, 1);
  });

  it("has objects with their versions", async () => {
    const { Versions = [], DeleteMarkers = [] } = await relay.s3.send(
      new ListObjectVersionsCommand({ Bucket: relay.bucket, Prefix: "inbound/kept.txt" }),
    );
    deepEqual([Versions.length, DeleteMarkers.length], [2, 1]);
  });

  it("completes a multipart upload that was under way, with its metadata", async () => {
    const upload = { Bucket: relay.bucket, Key: "outbound/parts" };
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await relay.s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));
    const { Metadata } = await relay.s3.send(new HeadObjectCommand(upload));
    deepEqual([await relay.read(upload.Key), Metadata], ["whole", { colour: "blue" }]);
  });

  it("has the queues that people made, with messages in flight, delayed and ready", async () => {
    const { QueueUrl } = await relay.sqs.send(new CreateQueueCommand({ QueueName: "mine" }));
    const { Attributes } = await relay.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    const { Messages } = await relay.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    deepEqual(
      [
        Attributes?.["ApproximateNumberOfMessages"],
        Attributes?.["ApproximateNumberOfMessagesNotVisible"],
        Attributes?.["ApproximateNumberOfMessagesDelayed"],
        Messages?.map(({ Body }) => Body),
      ],
      ["1", "1", "1", ["ready"]],
    );
  });

  it("lets nobody else use the folder", async () => {
    await rejects(Relay.start({ dataDirectory: folder }), {
      name: "DataFolderError",
      message: `The data are in use by process ${process.pid}, as ${folder}/lock says. Stop that local cloud, or choose another folder with --data.`,
    });
  });

  it("does new jobs as well", async () => {
    await relay.jobThatIs("SUCCEEDED", await relay.submit("sleep", { seconds: 1 }));
  });
});
