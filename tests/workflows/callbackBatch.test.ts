import { createHash } from "node:crypto";
import { deepEqual, equal } from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { resumeJobs } from "../../functions/resumeJobs";
import { HandlerBench } from "../helpers/handlerBench";
import { objectsCreated, s3TestEvent, sqsEvent } from "../helpers/lambdaEvents";

const receivedAt = "2026-01-01T00:00:00.000Z";

describe("A batch of callbacks", () => {
  let bench: HandlerBench;
  let handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("callback-batch");
    // The table is the relay's, whose jobs wait; the bucket is not, so that the relay's own function stays asleep.
    handler = resumeJobs({ tableName: bench.relayTable, bucketName: bench.bucketName });
  });
  after(() => bench.close());

  const waitingJob = async (): Promise<string> => {
    const jobId = await bench.relay.submit("settlement");
    await bench.relay.jobThatIs("WAITING", jobId);
    return jobId;
  };

  /** Drops a callback. */
  const drop = async (jobId: string, file: string, content: object) => {
    const [Key, Body] = [`inbound/${jobId}/${file}`, JSON.stringify(content)];
    await bench.relay.s3.send(new PutObjectCommand({ Bucket: bench.bucketName, Key, Body }));
    return { key: Key, eTag: createHash("md5").update(Body).digest("hex"), receivedAt };
  };

  /** The message about callbacks. */
  const messageAbout = (...keys: string[]) => objectsCreated(bench.bucketName, receivedAt, ...keys);

  const approvalOf = async (jobId: string) => {
    const { result } = await bench.relay.jobThatIs("SUCCEEDED", jobId);
    return (result as { approval: unknown }).approval;
  };

  const badMessages: [title: string, body: unknown, error: string][] = [
    ["is not JSON", "success", "SyntaxError"],
    [
      "has a key that cannot be decoded",
      { Records: [{ eventTime: receivedAt, s3: { object: { key: "inbound/%E0%A4%A/success.json" } } }] },
      "URIError",
    ],
    ["is of another service", { Records: [{ eventSource: "aws:sqs" }] }, "TypeError"],
  ];
  for (const [title, bad, error] of badMessages) {
    it(`returns only the message to the queue that ${title}, and the others resume their jobs`, async () => {
      const [one, two] = await Promise.all([waitingJob(), waitingJob()]);
      const answers = [await drop(one, "success.json", { n: 1 }), await drop(two, "success.json", { n: 2 })];
      const [first, last] = answers.map(({ key }) => messageAbout(key));
      const { answer, log } = await bench.handle(handler, sqsEvent(first, bad, last));
      deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "message-2" }] });
      const lines = log.map(({ level, message, jobId, messageId, ...fields }) => [
        level,
        message,
        jobId ?? messageId,
        (fields["error"] as Error | undefined)?.name,
      ]);
      // They are handled at the same time.
      deepEqual(lines.sort(), [
        ["ERROR", "message failed", "message-2", error],
        ...[one, two].sort().map((jobId) => ["INFO", "hand-off answered", jobId, undefined]),
      ]);
      deepEqual([await approvalOf(one), await approvalOf(two)], [{ n: 1 }, { n: 2 }]);
    });
  }

  it("acknowledges S3's test event, which has no records", async () => {
    const handled = await bench.handle(handler, sqsEvent(s3TestEvent));
    deepEqual(handled, { answer: { batchItemFailures: [] }, log: [] });
  });

  it("acknowledges what nobody waits for", async () => {
    const keys = [
      "inbound/x/success.json",
      "inbound/x/notes.txt",
      "inbound/stray.json",
      "inbound/a/b/c/success.json",
    ];
    const { answer, log } = await bench.handle(handler, sqsEvent(messageAbout(...keys)));
    deepEqual(answer, { batchItemFailures: [] });
    deepEqual(
      log.map(({ message }) => message),
      ["callback for an unknown job", "file ignored", "file ignored", "file ignored"],
    );
  });

  it("acknowledges a callback that was deleted again, and the job goes on waiting", async () => {
    const jobId = await waitingJob();
    const before = await bench.job(jobId, bench.relayTable);
    const { answer } = await bench.handle(handler, sqsEvent(messageAbout(`inbound/${jobId}/success.json`)));
    deepEqual([answer, await bench.job(jobId, bench.relayTable)], [{ batchItemFailures: [] }, before]);
  });

  const asBatches: [title: string, batch: (...keys: string[]) => SQSEvent][] = [
    ["messages", (...keys) => sqsEvent(...keys.map((key) => messageAbout(key)))],
    ["records of one message", (...keys) => sqsEvent(messageAbout(...keys))],
  ];
  for (const [title, batch] of asBatches) {
    it(`takes the first of two ${title} for the same job, and records the second as late`, async () => {
      const jobId = await waitingJob();
      const success = await drop(jobId, "success.json", { approved: true });
      const failure = await drop(jobId, "failure.json", { error: "CreditDenied" });
      const { answer } = await bench.handle(handler, batch(success.key, failure.key));
      deepEqual([answer, await approvalOf(jobId)], [{ batchItemFailures: [] }, { approved: true }]);
      const { steps, lateAnswers, error } = await bench.job(jobId, bench.relayTable);
      deepEqual([steps["approval"]?.answer, lateAnswers, error], [success, [failure], undefined]);
    });
  }

  it("takes the failure when that is first, although the success was dropped before it", async () => {
    const jobId = await waitingJob();
    const success = await drop(jobId, "success.json", { approved: true });
    const failure = await drop(jobId, "failure.json", { error: "CreditDenied", cause: "over the limit" });
    await bench.handle(handler, sqsEvent(messageAbout(failure.key), messageAbout(success.key)));
    const { error, result } = await bench.relay.jobThatIs("FAILED", jobId);
    deepEqual(
      [error, result],
      [{ code: "CreditDenied", message: "over the limit", step: "approval" }, undefined],
    );
    deepEqual((await bench.job(jobId, bench.relayTable)).lateAnswers, [success]);
  });

  it("changes nothing when it is delivered again after the job has ended", async () => {
    const jobId = await waitingJob();
    const success = await drop(jobId, "success.json", { approved: true });
    const failure = await drop(jobId, "failure.json", {});
    const event = sqsEvent(messageAbout(success.key), messageAbout(failure.key));
    await bench.handle(handler, event);
    await approvalOf(jobId);
    const ended = await bench.job(jobId, bench.relayTable);
    const { answer } = await bench.handle(handler, event);
    deepEqual([answer, await bench.job(jobId, bench.relayTable)], [{ batchItemFailures: [] }, ended]);
  });

  it("finds the callback of a key with characters that S3 encodes", async () => {
    const jobId = await waitingJob();
    const file = "a note + ünïcode & 100%.txt";
    await drop(jobId, file, {});
    const { log } = await bench.handle(handler, sqsEvent(messageAbout(`inbound/${jobId}/${file}`)));
    deepEqual(log, [{ level: "INFO", message: "file ignored", jobId, file }]);
    equal((await bench.relay.job(jobId)).status, "WAITING");
  });
});
