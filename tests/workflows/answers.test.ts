import { createHash } from "node:crypto";
import { deepEqual, equal } from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { resumeJobs } from "../../functions/resumeJobs";
import { submitJob } from "../../functions/submitJob";
import { HandlerBench } from "../helpers/handlerBench";
import { apiEvent, objectsCreated, sqsEvent } from "../helpers/lambdaEvents";

const receivedAt = "2026-01-01T00:00:00.000Z";

describe("Answers of the other side", () => {
  let bench: HandlerBench;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("answers");
  });
  after(() => bench.close());

  const waitingJob = async () => {
    const jobId = await bench.relay.submit("settlement");
    await bench.relay.jobThatIs("WAITING", jobId);
    return jobId;
  };
  const drop = async (jobId: string, file: string, Body: string) => {
    const Key = `inbound/${jobId}/${file}`;
    await bench.relay.s3.send(
      new PutObjectCommand({ Bucket: bench.bucketName, Key, Body: Buffer.from(Body) }),
    );
    return { key: Key, eTag: createHash("md5").update(Body).digest("hex"), receivedAt };
  };
  const about = (...keys: string[]) => sqsEvent(objectsCreated(bench.bucketName, receivedAt, ...keys));

  for (const file of ["constructor", "toString", "__proto__"]) {
    it(`a file with the name ${file} is ignored`, async () => {
      const jobId = await waitingJob();
      const { key } = await drop(jobId, file, "");
      const handler = resumeJobs({ tableName: bench.relayTable, bucketName: bench.bucketName });
      const { log } = await bench.handle(handler, about(key));
      deepEqual(
        log.map(({ message }) => message),
        ["file ignored"],
      );
      equal((await bench.relay.job(jobId)).status, "WAITING");
    });
  }

  it("a second answer with the same content as the first is recorded as late", async () => {
    const jobId = await waitingJob();
    const [success, failure] = [await drop(jobId, "success.json", ""), await drop(jobId, "failure.json", "")];
    const handler = resumeJobs({ tableName: bench.relayTable, bucketName: bench.bucketName });
    await bench.handle(handler, about(success.key, failure.key));
    await bench.relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual((await bench.job(jobId, bench.relayTable)).lateAnswers, [failure]);
  });

  it("an answer does not overturn the claimed one, when the claimer ended before it told the workflow", async () => {
    const jobId = await waitingJob();
    const [success, failure] = [
      await drop(jobId, "success.json", "{}"),
      await drop(jobId, "failure.json", "{}"),
    ];
    const job = await bench.job(jobId, bench.relayTable);
    // As a resumeJobs leaves it that is stopped between its claim and SendTaskSuccess.
    const approval = { ...job.steps["approval"], status: "SUCCEEDED" as const, answer: success };
    await bench.putJob({ ...job, status: "RUNNING", steps: { ...job.steps, approval } });
    const handler = resumeJobs(bench);
    await bench.handle(handler, about(failure.key));
    await bench.handle(handler, about(success.key));
    const ended = await bench.relay.eventually("the end", async () => {
      const now = await bench.relay.job(jobId);
      return now.status === "WAITING" ? undefined : now;
    });
    equal(ended.status, "SUCCEEDED");
  });

  it("a heartbeat whose content DynamoDB cannot store goes not back to the queue", async () => {
    const jobId = await waitingJob();
    const { key } = await drop(jobId, "heartbeat.json", '{"row":12345678901234567890}');
    const handler = resumeJobs({ tableName: bench.relayTable, bucketName: bench.bucketName });
    deepEqual((await bench.handle(handler, about(key))).answer, { batchItemFailures: [] });
  });

  const nested = (levels: number): string => (levels === 0 ? "1" : `{"a":${nested(levels - 1)}}`);
  const parameters: [title: string, parameters: string][] = [
    ["a number over 2^53", '{"account":12345678901234567890}'],
    ["a number that JavaScript takes for infinite", '{"n":1e400}'],
    ["a number below DynamoDB's range", '{"n":1e-200}'],
    ["a property __proto__", '{"__proto__":{"a":1}}'],
    // Passes on the local cloud only because dynalite does not know DynamoDB's limit of 32 levels.
    ["forty levels", nested(40)],
  ];
  for (const [title, text] of parameters) {
    it(`parameters with ${title} are accepted or refused, but are no failure of the server`, async () => {
      const processes = { p: { parameters: { type: "object" }, steps: ["s"] } };
      const handler = submitJob({ tableName: bench.tableName, retentionDays: 1, processes });
      const body = `{"process":"p","parameters":${text}}`;
      const { answer } = await bench.handle(handler, apiEvent({ body }));
      equal([202, 400, 422].includes(answer.statusCode), true);
    });
  }
});
