import { createHash } from "node:crypto";
import { deepEqual, equal, match } from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { InvalidOutput, SFNClient, ValidationException } from "@aws-sdk/client-sfn";
import { answerHandoff } from "../../functions/lib/answerHandoff";
import { resumeJobs } from "../../functions/resumeJobs";
import { submitJob } from "../../functions/submitJob";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
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

  const inboundOf = (jobId: string, file = "success.json") => ({ jobId, folder: `${jobId}/`, file });

  /** What answering acts on, where Step Functions is asked nothing: what it would have been sent, and what it says. */
  const contextWith = (tableName: string, answer: () => void = () => undefined) => {
    const sent: object[] = [];
    const { clientConfig, s3: objects } = bench.relay;
    const workflows = new SFNClient(clientConfig);
    const instead = () => (request: { input: object }) => {
      sent.push({ ...request.input });
      answer();
      return Promise.resolve({ output: { $metadata: {} }, response: undefined });
    };
    workflows.middlewareStack.add(instead, { step: "initialize" });
    const table = new DynamoDBClient(clientConfig);
    return { context: { tableName, bucketName: bench.bucketName, objects, table, workflows }, sent };
  };

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

  it("what was dropped first resumes, though it was overwritten before its event came", async () => {
    const { relay } = bench;
    const jobId = await relay.submit("settlement");
    await relay.jobThatIs("WAITING", jobId);
    // One after the other, faster than their events: the second is what lies there when the first is handled.
    for (const body of ['{"drop":1}', '{"drop":2}', '{"drop":'])
      await relay.drop(`inbound/${jobId}/success.json`, body);
    const { result } = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual((result as { approval: object }).approval, { drop: 1 });
  });

  it("what was claimed is sent, though it was overwritten before the workflow heard of it", async () => {
    const { relay } = bench;
    const jobId = await relay.submit("settlement");
    await relay.jobThatIs("WAITING", jobId);
    const job = await bench.job(jobId, bench.relayTable);
    const Bucket = relay.bucket;
    const Key = `inbound/${jobId}/success.json`;
    // As a resumeJobs leaves it that is stopped between its claim and SendTaskSuccess.
    const eTag = createHash("md5").update('{"drop":1}').digest("hex");
    const approval = {
      ...job.steps["approval"],
      status: "SUCCEEDED" as const,
      answer: { key: Key, eTag, receivedAt },
    };
    await bench.putJob({ ...job, status: "RUNNING", steps: { ...job.steps, approval } });
    for (const body of ['{"drop":1}', '{"drop":2}'])
      await relay.s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(body) }));
    const { result } = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual((result as { approval: object }).approval, { drop: 1 });
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

  /** Drops a file that has no detail yet, and gives what the job says of the step. */
  const detailAfter = async (content: string) => {
    const jobId = await waitingJob();
    const { key } = await drop(jobId, "heartbeat.json", content);
    const handler = resumeJobs({ tableName: bench.relayTable, bucketName: bench.bucketName });
    await bench.handle(handler, about(key));
    return (await bench.job(jobId, bench.relayTable)).steps["approval"]?.detail;
  };

  it("a heartbeat's content is kept as it was written, up to 4 KB", async () => {
    const most = `{"row":12345678901234567890,"note":"${"x".repeat(4_096 - 38)}"}`;
    const note = "The content of heartbeat.json is over 4096 bytes and was not kept.";
    deepEqual([most.length, await detailAfter(most)], [4_096, most]);
    deepEqual(await detailAfter(`${most} `), JSON.stringify(note));
  });

  it("an answer reaches the workflow as it was written", async () => {
    const jobId = await waitingJob();
    const text = ' {"row":12345678901234567890, "n":[1e20]}';
    const { key } = await drop(jobId, "success.json", text);
    const { context, sent } = contextWith(bench.relayTable);
    await bench.handle(() => answerHandoff(context, inboundOf(jobId), receivedAt), undefined);
    const { handoff } = await bench.job(jobId, bench.relayTable);
    deepEqual([key, sent], [`inbound/${jobId}/success.json`, [{ taskToken: handoff?.token, output: text }]]);
  });

  it("an answer that Step Functions refuses gives the hand-off free again, and is explained", async () => {
    const jobId = await waitingJob();
    const { key } = await drop(jobId, "success.json", "{}");
    const before = await bench.job(jobId, bench.relayTable);
    for (const refusal of [InvalidOutput, ValidationException]) {
      const { context } = contextWith(bench.relayTable, () => {
        throw new refusal({ message: "no good", reason: undefined, $metadata: {} });
      });
      await bench.handle(() => answerHandoff(context, inboundOf(jobId), receivedAt), undefined);
      const after = await bench.job(jobId, bench.relayTable);
      deepEqual({ ...after, updatedAt: before.updatedAt }, before);
      const rejected = await bench.relay.read(`outbound/${jobId}/rejected.json`, bench.bucketName);
      const { file, reason } = JSON.parse(rejected ?? "{}") as Record<string, string>;
      deepEqual([file, reason], [key, "Step Functions refused it: no good"]);
    }
    await bench.handle(resumeJobs({ tableName: bench.relayTable, bucketName: bench.bucketName }), about(key));
    await bench.relay.jobThatIs("SUCCEEDED", jobId);
  });

  it("an answer may have the bytes that the hand-off's record allows, and a heartbeat more", async () => {
    const job = aJob({ jobId: "narrow", status: "WAITING", steps: { approval: { status: "WAITING" } } });
    const handoff = { step: "approval", token: "t", requestedAt: receivedAt, attempt: 0 };
    await bench.putJob({
      ...job,
      handoff: { ...handoff, deadline: receivedAt, folder: "narrow/", room: 10 },
    });
    const { context, sent } = contextWith(bench.tableName);
    const answer = async (file: string, text: string) => {
      await drop("narrow", file, text);
      await bench.handle(() => answerHandoff(context, inboundOf("narrow", file), receivedAt), undefined);
    };
    await answer("success.json", '{"abc":123}');
    const rejected = await bench.relay.read("outbound/narrow/rejected.json", bench.bucketName);
    match(rejected ?? "", /success\.json has 11 bytes; 10 are allowed\./);
    await answer("heartbeat.json", '{"abc":123}');
    await answer("success.json", '{"abc":12}');
    deepEqual(sent, [{ taskToken: "t" }, { taskToken: "t", output: '{"abc":12}' }]);
  });

  it("our own explanation is passed over in silence", async () => {
    const jobId = await waitingJob();
    const { key } = await drop(jobId, "rejected.json", "{}");
    deepEqual(await bench.handle(resumeJobs(bench), about(key)), {
      answer: { batchItemFailures: [] },
      log: [],
    });
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
