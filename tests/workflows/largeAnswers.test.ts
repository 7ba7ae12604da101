import { deepEqual, equal, match } from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { dispatchHandoffs } from "../../functions/dispatchHandoffs";
import { answerHandoff } from "../../functions/lib/answerHandoff";
import { callbackLimit, type HandoffRequest } from "../../functions/lib/handoff";
import { mostChecked } from "../../functions/lib/largeAnswer";
import type { HandoffRecord } from "../../functions/lib/job";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { sqsEvent } from "../helpers/lambdaEvents";
import { sharedRelay, type Relay } from "../helpers/relay";

/** JSON text of so many bytes. */
const textOf = (bytes: number) => JSON.stringify("x".repeat(bytes - 2));

describe("A hand-off of a process with largeResults", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  const answered = async (text: string) => {
    const jobId = await relay.submit("generous");
    await relay.jobThatIs("WAITING", jobId);
    await relay.drop(`inbound/${jobId}/success.json`, text);
    const job = await relay.jobThatIs("SUCCEEDED", jobId);
    const { approval } = job.result as { approval: { $ref: string; bytes: number } };
    return { jobId, job, approval };
  };

  it("takes an answer that fits as ever", async () => {
    const text = textOf(callbackLimit);
    const { approval, jobId } = await answered(text);
    equal(approval, JSON.parse(text));
    deepEqual(await relay.keysUnder(`outbound/${jobId}/results/`), []);
  });

  it("takes one that is a byte larger by reference, which lasts whatever becomes of the file", async () => {
    const text = textOf(callbackLimit + 1);
    const { jobId, job, approval } = await answered(text);
    await relay.drop(`inbound/${jobId}/success.json`, '"other"');
    const reference = job.steps["approval"]?.answer?.reference;
    const key = `outbound/${jobId}/results/approval/${job.steps["approval"]?.answer?.eTag}.json`;
    deepEqual(approval, { $ref: `s3://${relay.bucket}/${key}`, bytes: callbackLimit + 1 });
    deepEqual([reference?.key, reference?.bytes], [key, callbackLimit + 1]);
    equal(await relay.readAsPartner(key), text);
    const linked = await fetch(reference?.url ?? "");
    deepEqual([linked.status, await linked.text()], [200, text]);
    equal(JSON.stringify(job).includes("largeResults"), false);
  });

  it("gives no link to what an answer only says", async () => {
    const { job } = await answered(`{"$ref":"s3://${relay.bucket}/outbound/another/data.json","bytes":1}`);
    equal(JSON.stringify(job).includes("X-Amz-Signature"), false);
  });

  const rejected = async (file: string, text: string) => {
    const jobId = await relay.submit("generous");
    await relay.jobThatIs("WAITING", jobId);
    await relay.drop(`inbound/${jobId}/${file}`, text);
    const said = await relay.eventually("rejected.json", () => relay.read(`inbound/${jobId}/rejected.json`));
    equal((await relay.job(jobId)).status, "WAITING");
    await relay.call("POST", `/jobs/${jobId}/cancel`);
    return (JSON.parse(said) as { reason: string }).reason;
  };

  it("refuses a large answer that is not JSON", async () =>
    match(await rejected("success.json", "x".repeat(callbackLimit + 1)), /^success\.json is not JSON: /));

  it("refuses a large failure.json", async () =>
    equal(
      await rejected("failure.json", textOf(callbackLimit + 1)),
      `failure.json has ${callbackLimit + 1} bytes; ${callbackLimit} are allowed.`,
    ));
});

describe("A large answer, at the functions,", () => {
  let bench: HandlerBench;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("large-answers");
  });
  after(() => bench.close());

  /** What answering acts on; Step Functions is asked nothing: what it would have been sent. */
  const context = (objects = bench.relay.s3) => {
    const sent: object[] = [];
    const workflows = new SFNClient(bench.relay.clientConfig);
    workflows.middlewareStack.add(
      () => (request) => {
        sent.push({ ...request.input });
        return Promise.resolve({ output: { $metadata: {} } as never, response: undefined });
      },
      { step: "initialize" },
    );
    const table = new DynamoDBClient(bench.relay.clientConfig);
    const { tableName, bucketName } = bench;
    return { context: { tableName, bucketName, objects, table, workflows }, sent };
  };
  const handoffOf = (jobId: string, facts: Partial<HandoffRecord> = {}): HandoffRecord => ({
    ...{ step: "approval", token: "token-1", requestedAt: "2026-01-01T00:00:00.000Z", attempt: 0 },
    ...{ deadline: "2030-01-01T00:00:00.000Z", folder: `${jobId}/`, room: 10, largeResults: true },
    ...facts,
  });
  const put = (Key: string, Body: string | Buffer) =>
    bench.relay.s3.send(new PutObjectCommand({ Bucket: bench.bucketName, Key, Body }));
  const putWaiting = (jobId: string) =>
    bench.putJob(
      aJob({
        jobId,
        status: "WAITING",
        steps: { approval: { status: "WAITING" } },
        handoff: handoffOf(jobId),
      }),
    );
  const answer = async (jobId: string, acting: ReturnType<typeof context>) => {
    const inbound = { jobId, folder: `${jobId}/`, file: "success.json" };
    const handler = (receivedAt: string) => answerHandoff(acting.context, inbound, receivedAt);
    return (await bench.handle(handler, "2026-01-01T00:00:01.000Z")).log.map(({ message }) => message);
  };
  const copyOf = async (key: string) => {
    const { Body } = await bench.relay.s3.send(new GetObjectCommand({ Bucket: bench.bucketName, Key: key }));
    return Body?.transformToByteArray();
  };

  it("is looked at up to two mebibytes, and beyond is the business of who reads it", async () => {
    for (const [jobId, bytes, taken] of [
      ["checked", mostChecked, false],
      ["unchecked", mostChecked + 1, true],
    ] as const) {
      await putWaiting(jobId);
      const content = Buffer.alloc(bytes, "x");
      await put(`inbound/${jobId}/success.json`, content);
      const acting = context();
      const said = await answer(jobId, acting);
      deepEqual(said, [taken ? "hand-off answered" : "callback rejected"]);
      const { reference } = (await bench.job(jobId)).steps["approval"]?.answer ?? {};
      const output = JSON.stringify({ $ref: `s3://${bench.bucketName}/${reference?.key ?? ""}`, bytes });
      deepEqual(acting.sent, taken ? [{ taskToken: "token-1", output }] : []);
      if (reference) equal(Buffer.compare((await copyOf(reference.key)) ?? Buffer.alloc(0), content), 0);
    }
  });

  it("told of twice is copied and sent under one reference", async () => {
    await putWaiting("repeated");
    await put("inbound/repeated/success.json", textOf(100));
    const acting = context();
    await answer("repeated", acting);
    await answer("repeated", acting);
    equal(acting.sent.length, 2);
    deepEqual(acting.sent[0], acting.sent[1]);
  });

  it("that is replaced while it is looked at answers all the same, as it was dropped first", async () => {
    await bench.relay.s3.send(
      new PutBucketVersioningCommand({
        Bucket: bench.bucketName,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    await putWaiting("replaced");
    await put("inbound/replaced/success.json", textOf(100));
    const objects = new S3Client(bench.relay.clientConfig);
    objects.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          if (commandName === "CopyObjectCommand") await put("inbound/replaced/success.json", textOf(101));
          return next(request);
        },
      { step: "initialize" },
    );
    const acting = context(objects);
    deepEqual(await answer("replaced", acting), ["hand-off answered"]);
    objects.destroy();
    const { reference } = (await bench.job("replaced")).steps["approval"]?.answer ?? {};
    deepEqual([acting.sent.length, (await copyOf(reference?.key ?? ""))?.length], [1, 100]);
  });

  it("that comes too late is recorded, and not copied", async () => {
    const jobId = "late-and-large";
    const handoff = handoffOf(jobId);
    await bench.putJob(
      aJob({ jobId, status: "TIMED_OUT", steps: { approval: { status: "TIMED_OUT" } }, handoff }),
    );
    await put(`inbound/${jobId}/success.json`, textOf(callbackLimit + 1));
    const acting = context();
    await answer(jobId, acting);
    const { lateAnswers = [] } = await bench.job(jobId);
    deepEqual(
      [acting.sent, lateAnswers.map(({ key, reference }) => [key, reference])],
      [[], [[`inbound/${jobId}/success.json`, undefined]]],
    );
  });

  it("is taken when it was there before it was asked for, if the workflow says so", async () => {
    const request = (jobId: string, facts: Partial<HandoffRequest>): HandoffRequest => ({
      ...{
        jobId,
        process: "generous",
        client: null,
        step: "approval",
        token: "t",
        parameters: {},
        results: {},
      },
      ...{ enteredAt: "2026-01-01T00:00:00.000Z", deadlineSeconds: 60, attempt: 0, ownFolder: false },
      ...facts,
    });
    for (const [jobId, facts, reason] of [
      ["early", { largeResults: true }, undefined],
      ["early-and-strict", {}, /largeResults: true/],
    ] as const) {
      await bench.putJob(aJob({ jobId, status: "RUNNING", steps: { approval: { status: "PENDING" } } }));
      await put(`inbound/${jobId}/success.json`, textOf(callbackLimit + 1));
      await bench.handle(dispatchHandoffs(bench), sqsEvent(request(jobId, facts)));
      const { handoff, steps } = await bench.job(jobId);
      deepEqual(handoff?.largeResults, reason ? undefined : true);
      equal(steps["approval"]?.answer?.reference?.bytes, reason ? undefined : callbackLimit + 1);
      if (reason) {
        const said = Buffer.from((await copyOf(`inbound/${jobId}/rejected.json`)) ?? []).toString();
        match(said, reason);
      }
    }
  });
});
