import { deepEqual, equal, rejects } from "node:assert/strict";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { eventId, jobEvent } from "../../functions/lib/cloudEvent";
import type { JobRecord } from "../../functions/lib/job";
import type { RedriveOutcome } from "../../functions/lib/redriveJob";
import type { JobEndEvent } from "../../functions/lib/redriveRequest";
import { notifyJobs } from "../../functions/notifyJobs";
import { redriveReplayed } from "../../functions/replayJobs";
import { HandlerBench } from "../helpers/handlerBench";
import { Inbox } from "../helpers/inbox";
import { aJob } from "../helpers/jobs";
import { streamEvent } from "../helpers/lambdaEvents";
import { ReplayBench } from "../helpers/replayBench";

type Redrive = (job: JobRecord) => Promise<RedriveOutcome>;

/** The event of a job's end, as the rule of the bus gives it to the function. */
const endOf = (job: JobRecord, more: object = { "replay-name": "again" }): JobEndEvent => ({
  version: "0",
  id: "5f0d6c1e-0000-4000-8000-000000000001",
  "detail-type": jobEvent(job).type,
  source: "jobrelay",
  account: "000000000000",
  time: "2026-01-01T00:00:02Z",
  region: "us-east-1",
  resources: [],
  detail: jobEvent(job),
  ...more,
});

describe("A replayed end of a job, at the function", () => {
  let bench: HandlerBench;
  let redriven: string[] = [];
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("replayed-jobs");
  });
  beforeEach(() => (redriven = []));
  after(() => bench.close());

  const handlerWith = (redrive: Redrive) =>
    redriveReplayed({ tableName: bench.tableName }, bench.database, redrive);
  /** Notes whom it redrives. */
  const redriving =
    (outcome: RedriveOutcome): Redrive =>
    ({ jobId }) => {
      redriven.push(jobId);
      return Promise.resolve(outcome);
    };
  const replay = (event: JobEndEvent, outcome: RedriveOutcome = "redriven") =>
    bench.handle(handlerWith(redriving(outcome)), event);

  const later = "2026-01-01T00:09:00.000Z";
  const lateAnswer = { key: "inbound/j/success.json", eTag: "e", receivedAt: later };
  const ends: readonly (readonly [title: string, then: Partial<JobRecord>, now?: Partial<JobRecord>])[] = [
    ["failed, redrives it", { status: "FAILED" }],
    ["ran out of time, redrives it", { status: "TIMED_OUT" }],
    ["failed, and was answered late, redrives it", { status: "FAILED" }, { lateAnswers: [lateAnswer] }],
  ];
  for (const [title, then, now] of ends) {
    it(`that ${title}`, async () => {
      const job = aJob({ jobId: title, ...then });
      await bench.putJob({ ...job, ...now });
      const { log } = await replay(endOf(job));
      deepEqual(redriven, [title]);
      deepEqual(log, [
        {
          level: "INFO",
          message: "replayed end handled",
          jobId: title,
          endId: eventId(job),
          replay: "again",
          process: "settlement",
          outcome: "redriven",
        },
      ]);
    });
  }

  const movedOn: readonly (readonly [title: string, now: Partial<JobRecord>])[] = [
    ["succeeded since", { status: "SUCCEEDED", updatedAt: later }],
    ["runs again", { status: "RUNNING", updatedAt: later }],
    ["waits again", { status: "WAITING", updatedAt: later }],
    ["failed again since", { status: "FAILED", updatedAt: later }],
    ["ran out of time since", { status: "TIMED_OUT", updatedAt: later }],
  ];
  for (const [title, now] of movedOn) {
    it(`does nothing when the job ${title}`, async () => {
      const job = aJob({ jobId: title, status: "FAILED" });
      await bench.putJob({ ...job, ...now });
      const { log } = await replay(endOf(job));
      deepEqual(redriven, []);
      deepEqual(
        log.map(({ level, message, jobId, status }) => [level, message, jobId, status]),
        [["INFO", "replayed end is not how the job stands", title, now.status]],
      );
    });
  }

  it("does nothing when the job is no longer kept", async () => {
    const { log } = await replay(endOf(aJob({ jobId: "expired", status: "FAILED" })));
    deepEqual(redriven, []);
    deepEqual(
      log.map(({ message, status }) => [message, status]),
      [["replayed end is not how the job stands", "unknown"]],
    );
  });

  it("does nothing when it is no replay: a failure that redrove its own job would never end", async () => {
    const job = aJob({ jobId: "live", status: "FAILED" });
    await bench.putJob(job);
    const { log } = await replay(endOf(job, {}));
    deepEqual(redriven, []);
    deepEqual(
      log.map(({ message }) => message),
      ["event is not replayed, and redrives nothing"],
    );
  });

  it("that comes twice redrives once", async () => {
    const job = aJob({ jobId: "twice", status: "TIMED_OUT" });
    await bench.putJob(job);
    const handler = handlerWith(async ({ jobId }) => {
      redriven.push(jobId);
      await bench.putJob({ ...job, status: "RUNNING", updatedAt: later });
      return "redriven";
    });
    await bench.handle(handler, endOf(job));
    await bench.handle(handler, endOf(job));
    await bench.handle(handler, endOf(job, { "replay-name": "another" }));
    deepEqual(redriven, ["twice"]);
  });

  it("is no error when the job cannot be redriven, and says so", async () => {
    const job = aJob({ jobId: "beyond-redrive", status: "FAILED" });
    await bench.putJob(job);
    const { log } = await replay(endOf(job), "not redrivable");
    deepEqual(
      log.map(({ level, outcome }) => [level, outcome]),
      [["INFO", "not redrivable"]],
    );
  });

  it("is an error when redriving fails, so that it is tried again", async () => {
    const job = aJob({ jobId: "troubled", status: "FAILED" });
    await bench.putJob(job);
    const failing = handlerWith(() => Promise.reject(new Error("Rate exceeded")));
    await rejects(bench.handle(failing, endOf(job)), { message: "Rate exceeded" });
  });

  it("is an error when it does not say which job", async () => {
    const event = endOf(aJob({ status: "FAILED" }), { "replay-name": "again", detail: { id: 7 } });
    await rejects(replay(event), {
      message: `event ${event.id} is no CloudEvent about a job: it needs an id and a subject`,
    });
    equal(redriven.length, 0);
  });
});

describe("A window of time that is replayed", () => {
  let bench: HandlerBench;
  let window: ReplayBench;
  let inbox: Inbox;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("replayed-window");
    inbox = await Inbox.open(bench.relay, "replayed-window");
    window = await ReplayBench.open(bench.relay, "replayed-window");
  });
  after(() => {
    window.close();
    inbox.close();
    bench.close();
  });

  /** Jobs that end at these times, of which everybody is told. */
  const end = async (...jobs: readonly JobRecord[]) => {
    const notify = notifyJobs({ topicArn: inbox.topicArn, busArn: window.bus.busArn, metricsStack: "" });
    const changes = jobs.map((now) => ({ before: aJob({ ...now, status: "RUNNING" }), now }));
    for (const job of jobs) await bench.putJob(job);
    deepEqual((await bench.handle(notify, streamEvent(...changes))).answer, { batchItemFailures: [] });
  };
  const endedAt = (status: JobRecord["status"], minute: string) =>
    aJob({ jobId: `${status}-at-${minute}`, status, updatedAt: `2026-01-01T00:${minute}:00.000Z` });

  it("redrives what failed in it, once, and nothing else", async () => {
    await end(
      endedAt("FAILED", "09"),
      endedAt("FAILED", "10"),
      endedAt("SUCCEEDED", "11"),
      endedAt("CANCELLED", "12"),
      endedAt("TIMED_OUT", "13"),
      endedAt("FAILED", "14"),
      endedAt("FAILED", "20"),
    );
    const redriven: string[] = [];
    const handler = redriveReplayed({ tableName: bench.tableName }, bench.database, async (job) => {
      redriven.push(job.jobId);
      await bench.putJob({ ...job, status: "RUNNING", updatedAt: "2026-01-02T00:00:00.000Z" });
      return "redriven";
    });
    // One of them has been redriven by hand, and went well.
    await bench.putJob({ ...endedAt("FAILED", "14"), status: "SUCCEEDED" });
    for (const name of ["window-1", "window-2"]) {
      await window.replay(name, "2026-01-01T00:10:00Z", "2026-01-01T00:20:00Z");
      const events = await window.receive(3);
      deepEqual(
        events.map((event) => [event["replay-name"], event.detail.id]).sort(),
        [
          "FAILED-at-10/FAILED/2026-01-01T00:10:00.000Z",
          "FAILED-at-14/FAILED/2026-01-01T00:14:00.000Z",
          "TIMED_OUT-at-13/TIMED_OUT/2026-01-01T00:13:00.000Z",
        ].map((id) => [name, id]),
      );
      for (const event of events) await bench.handle(handler, event);
    }
    deepEqual(redriven.sort(), ["FAILED-at-10", "TIMED_OUT-at-13"]);
  });

  it("reaches the function of the program", async () => {
    const { relay, relayTable: TableName } = bench;
    const program = ReplayBench.on(relay);
    const table = new DynamoDBClient(relay.clientConfig);
    const put = (job: JobRecord) => table.send(new PutItemCommand({ TableName, Item: marshall(job) }));
    const failed = aJob({ jobId: "moved-on", status: "FAILED", updatedAt: "2026-02-01T00:00:30.000Z" });
    await put({ ...failed, status: "RUNNING" });
    await put(failed);
    const told = await relay.notificationsOf("moved-on");
    deepEqual(
      told.map(({ id }) => id),
      [eventId(failed)],
    );
    await put({ ...failed, status: "SUCCEEDED", updatedAt: "2026-02-01T00:01:00.000Z" });
    await program.replay("of-the-program", "2026-02-01T00:00:00Z", "2026-02-01T00:01:00Z");
    await relay.eventually("the function's word on it", () => {
      const line = relay.log.split("\n").find((each) => each.includes("not how the job stands"));
      return Promise.resolve(line);
    });
    program.close();
    table.destroy();
  });
});
