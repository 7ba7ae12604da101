import { deepEqual } from "node:assert/strict";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { dispatchHandoffs } from "../../functions/dispatchHandoffs";
import { callbackLimit, type HandoffRequest } from "../../functions/lib/handoff";
import type { HandoffRecord, JobRecord, JobStatus } from "../../functions/lib/job";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { sqsEvent } from "../helpers/lambdaEvents";

const earlier = "2026-01-01T00:00:00.000Z";
const enteredAt = "2026-01-01T00:01:00.000Z";
const later = "2026-01-01T00:02:00.000Z";

/** What the workflow asks for, unless a test says otherwise. */
const asked = { step: "approval", token: "token-1", enteredAt, attempt: 0 };

const requestFor = (jobId: string, facts: Partial<HandoffRequest> = {}): HandoffRequest => ({
  jobId,
  process: "settlement",
  client: null,
  parameters: { amount: 1 },
  results: { generatePayload: { info: 1 } },
  deadlineSeconds: 60,
  ownFolder: false,
  ...asked,
  ...facts,
});

/** The record of a hand-off that was opened for that request. */
const handoffFor = (jobId: string, facts: Partial<HandoffRecord> = {}): HandoffRecord => ({
  step: asked.step,
  token: asked.token,
  requestedAt: enteredAt,
  attempt: 0,
  deadline: later,
  folder: `${jobId}/`,
  room: callbackLimit,
  ...facts,
});

/** A job without the time of its last change. */
const withoutTime = (job: JobRecord) => ({ ...job, updatedAt: undefined });

const pending = {
  generatePayload: { status: "PENDING" },
  approval: { status: "PENDING" },
} as const;

describe("A message that asks for a hand-off", () => {
  let bench: HandlerBench;
  let handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("handoff-messages");
    handler = dispatchHandoffs(bench);
  });
  after(() => bench.close());

  /** The files for the other side, by name. */
  const outbound = async (jobId: string): Promise<Record<string, string>> => {
    const { s3 } = bench.relay;
    const Prefix = `outbound/${jobId}/`;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bench.bucketName, Prefix }));
    const files = Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bench.bucketName, Key }));
      return [Key.slice(Prefix.length), (await Body?.transformToString()) ?? ""] as const;
    });
    return Object.fromEntries(await Promise.all(files));
  };

  /** Puts a job into the table and hands over the message; what became of the job, without the time of the change. */
  const dispatch = async (job: JobRecord, request = requestFor(job.jobId)) => {
    await bench.putJob(job);
    const { answer, log } = await bench.handle(handler, sqsEvent(request));
    deepEqual(answer, { batchItemFailures: [] });
    const now = await bench.job(job.jobId);
    const changed = now.updatedAt !== job.updatedAt;
    return { now: withoutTime(now), changed, said: log.map(({ message }) => message) };
  };

  const unchanged = (job: JobRecord) => ({
    now: withoutTime(job),
    changed: false,
    said: ["hand-off is no longer wanted"],
  });

  it("opens it: the token is kept, the steps before it are done, and the files are there", async () => {
    const job = aJob({ jobId: "opened", status: "RUNNING", steps: pending });
    deepEqual(await dispatch(job), {
      now: {
        ...withoutTime(job),
        status: "WAITING",
        steps: {
          generatePayload: { status: "SUCCEEDED" },
          approval: { status: "WAITING", startedAt: enteredAt },
        },
        handoff: handoffFor("opened"),
      },
      changed: true,
      said: ["hand-off opened"],
    });
    const files = await outbound("opened");
    deepEqual(
      { ...files, "data.json": JSON.parse(files["data.json"] ?? "null") as unknown },
      {
        "task_token.txt": asked.token,
        "data.json": {
          jobId: "opened",
          process: "settlement",
          step: "approval",
          client: null,
          parameters: { amount: 1 },
          results: { generatePayload: { info: 1 } },
          deadline: later,
          inbound: `s3://${bench.bucketName}/inbound/opened/`,
        },
      },
    );
  });

  const waiting = { status: "WAITING", steps: { ...pending, approval: { status: "WAITING" } } } as const;

  it("writes the files again when it is redelivered while the hand-off is open", async () => {
    const job = aJob({ jobId: "redelivered", ...waiting, handoff: handoffFor("redelivered") });
    const { now, said } = await dispatch(job);
    deepEqual([now.status, now.handoff, said], ["WAITING", job.handoff, ["hand-off opened"]]);
    deepEqual(Object.keys(await outbound("redelivered")).sort(), ["data.json", "task_token.txt"]);
  });

  it("does not reopen a hand-off that was answered since", async () => {
    const answer = { key: "inbound/answered/success.json", eTag: "e", receivedAt: later };
    const steps = {
      approval: { status: "SUCCEEDED", startedAt: enteredAt, endedAt: later, answer },
    } as const;
    const job = aJob({ jobId: "answered", status: "RUNNING", steps, handoff: handoffFor("answered") });
    deepEqual([await dispatch(job), await outbound("answered")], [unchanged(job), {}]);
  });

  const statuses: JobStatus[] = ["SUBMITTED", "SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED"];
  for (const status of statuses) {
    it(`opens nothing for a job that is ${status}`, async () => {
      const jobId = `not-running-${status}`;
      const [fresh, asks] = [aJob({ jobId, status, steps: pending }), requestFor(jobId)];
      deepEqual([await dispatch(fresh, asks), await outbound(jobId)], [unchanged(fresh), {}]);
      const asked = { ...fresh, handoff: handoffFor(jobId) };
      const again = requestFor(jobId, { enteredAt: later, token: "token-2" });
      deepEqual([await dispatch(asked, again), await outbound(jobId)], [unchanged(asked), {}]);
    });
  }

  it("opens nothing for a job that is not in the table", async () => {
    const { answer, log } = await bench.handle(handler, sqsEvent(requestFor("nowhere")));
    deepEqual(
      [answer, log.map(({ message }) => message), await outbound("nowhere")],
      [{ batchItemFailures: [] }, ["hand-off is no longer wanted"], {}],
    );
  });

  const older: [title: string, kept: Partial<HandoffRecord>, request: Partial<HandoffRequest>][] = [
    ["was asked for before", { requestedAt: enteredAt }, { enteredAt: earlier }],
    ["was an earlier attempt at the same time", { attempt: 2 }, { attempt: 1 }],
    [
      "was asked for before, by a later attempt",
      { requestedAt: enteredAt },
      { enteredAt: earlier, attempt: 5 },
    ],
    ["is the same attempt with another token", { attempt: 1 }, { attempt: 1 }],
  ];
  for (const [index, [title, kept, request]] of older.entries()) {
    it(`does not replace a newer one: it ${title}`, async () => {
      const jobId = `older-${index}`;
      const job = aJob({ jobId, ...waiting, handoff: handoffFor(jobId, { token: "newest", ...kept }) });
      deepEqual(
        [await dispatch(job, requestFor(jobId, request)), await outbound(jobId)],
        [unchanged(job), {}],
      );
    });
  }

  const newer: [title: string, request: Partial<HandoffRequest>, expected: Partial<HandoffRecord>][] = [
    [
      "is asked for later",
      { token: "newest", enteredAt: later },
      { token: "newest", requestedAt: later, deadline: "2026-01-01T00:03:00.000Z" },
    ],
    ["is a later attempt", { token: "newest", attempt: 1 }, { token: "newest", attempt: 1 }],
  ];
  for (const [index, [title, request, expected]] of newer.entries()) {
    for (const status of ["WAITING", "RUNNING"] as const) {
      it(`replaces an older one of a job that is ${status}: it ${title}`, async () => {
        const jobId = `newer-${index}-${status}`;
        const answered = {
          status: "FAILED",
          endedAt: earlier,
          answer: { key: "k", eTag: "e", receivedAt: earlier },
        };
        const steps = { generatePayload: pending.generatePayload, approval: answered } as JobRecord["steps"];
        const job = aJob({ jobId, status, steps, handoff: handoffFor(jobId) });
        const { now } = await dispatch(job, requestFor(jobId, request));
        const startedAt = expected.requestedAt ?? enteredAt;
        deepEqual(
          [now.status, now.handoff, now.steps["approval"], (await outbound(jobId))["task_token.txt"]],
          ["WAITING", handoffFor(jobId, expected), { status: "WAITING", startedAt }, "newest"],
        );
      });
    }
  }

  it("keeps the room that parameters and results leave for the answer", async () => {
    const job = aJob({ jobId: "filled", status: "RUNNING", steps: pending });
    const filled = requestFor("filled", {
      parameters: {},
      results: { generatePayload: "x".repeat(100_000) },
    });
    const { now } = await dispatch(job, filled);
    const around = `{"jobId":"filled","process":"settlement","client":null,"parameters":{},"results":{"generatePayload":""}}`;
    deepEqual(now.handoff, handoffFor("filled", { room: 262_144 - 4_096 - 100_000 - around.length }));
  });

  it("finds callbacks that were dropped before it among other files", async () => {
    const { s3 } = bench.relay;
    const put = (name: string) =>
      s3.send(
        new PutObjectCommand({ Bucket: bench.bucketName, Key: `inbound/among/${name}`, Body: "no JSON" }),
      );
    for (const name of ["a.json", "failure.json.tmp", "success.json", "success.json.tmp"]) await put(name);
    const job = aJob({ jobId: "among", status: "RUNNING", steps: pending });
    const { said } = await dispatch(job, requestFor("among"));
    deepEqual(said, ["hand-off opened", "callback rejected"]);
  });

  it("goes back to the queue when it cannot be read, and the others of its batch do not", async () => {
    await bench.putJob(aJob({ jobId: "in-batch", status: "RUNNING", steps: pending }));
    const event = sqsEvent("not JSON", requestFor("in-batch"), { jobId: "in-batch" });
    const { answer } = await bench.handle(handler, event);
    deepEqual(answer, {
      batchItemFailures: [{ itemIdentifier: "message-1" }, { itemIdentifier: "message-3" }],
    });
    deepEqual((await bench.job("in-batch")).handoff, handoffFor("in-batch"));
  });
});
