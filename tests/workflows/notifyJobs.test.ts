import { deepEqual } from "node:assert/strict";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { JobEvent } from "../../functions/lib/cloudEvent";
import type { JobStatus } from "../../functions/lib/job";
import { notifyJobs } from "../../functions/notifyJobs";
import { BusStandIn } from "../helpers/busStandIn";
import { HandlerBench } from "../helpers/handlerBench";
import { Inbox } from "../helpers/inbox";
import { aJob } from "../helpers/jobs";
import { streamEvent } from "../helpers/lambdaEvents";
import type { LogLine } from "../helpers/loggedBy";

const busArn = "arn:aws:events:us-east-1:000000000000:event-bus/job-events";

type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

describe("A batch of changes of jobs", () => {
  let bench: HandlerBench;
  let inbox: Inbox;
  let bus: BusStandIn;
  let handler: Handler;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("changed-jobs");
    inbox = await Inbox.open(bench.relay, "changed-jobs");
    bus = await BusStandIn.open();
    handler = notifyJobs({ topicArn: inbox.topicArn, busArn, metricsStack: "" });
  });
  beforeEach(() => void bus.entries.splice(0));
  after(() => {
    bus.close();
    inbox.close();
    bench.close();
  });

  const change = (jobId: string, before: JobStatus, now: JobStatus) => ({
    before: aJob({ jobId, status: before }),
    now: aJob({ jobId, status: now, client: "acme" }),
  });

  it("notifies of each job that ended, and of no job that had already ended or goes on", async () => {
    const late = {
      key: "inbound/late-answer/success.json",
      eTag: "e",
      receivedAt: "2026-01-01T00:00:00.000Z",
    };
    const lateAnswer = change("late-answer", "SUCCEEDED", "SUCCEEDED");
    const { answer, log } = await bench.handle(
      handler,
      streamEvent(
        { ...lateAnswer, now: { ...lateAnswer.now, lateAnswers: [late] } },
        change("changed-its-end", "FAILED", "CANCELLED"),
        change("redriven", "TIMED_OUT", "RUNNING"),
        change("handed-over", "RUNNING", "WAITING"),
        change("done", "RUNNING", "SUCCEEDED"),
        change("failed", "WAITING", "FAILED"),
        change("late", "WAITING", "TIMED_OUT"),
        change("stopped", "SUBMITTED", "CANCELLED"),
      ),
    );
    const expected = [
      ["done", "SUCCEEDED"],
      ["failed", "FAILED"],
      ["late", "TIMED_OUT"],
      ["stopped", "CANCELLED"],
    ];
    deepEqual(answer, { batchItemFailures: [] });
    deepEqual(
      log.map(({ message, jobId, status }) => [message, jobId, status]),
      expected.map((end) => ["job ended", ...end]),
    );
    const messages = await inbox.receive(expected.length);
    deepEqual(
      messages.map(({ body }) => [body["subject"], body["type"]]).sort(),
      expected.map(([jobId, status]) => [jobId, `jobrelay.job.${status?.toLowerCase()}`]),
    );
    deepEqual(
      bus.entries.map(({ DetailType }) => DetailType),
      expected.map(([, status]) => `jobrelay.job.${status?.toLowerCase()}`),
    );
  });

  it("puts on the bus what it publishes, as of when the job ended", async () => {
    const executionArn = "arn:aws:states:us-east-1:000000000000:execution:settlement:with-execution";
    const { before, now } = change("with-execution", "RUNNING", "FAILED");
    await bench.handle(handler, streamEvent({ before, now: { ...now, executionArn } }));
    const [message] = await inbox.receive(1);
    deepEqual(
      bus.entries.map(({ Detail, ...entry }) => ({ ...entry, Detail: JSON.parse(Detail) as object })),
      [
        {
          EventBusName: busArn,
          Source: "jobrelay",
          DetailType: "jobrelay.job.failed",
          Detail: message?.body,
          Time: Date.parse("2026-01-01T00:00:02.000Z") / 1000,
          Resources: [executionArn],
        },
      ],
    );
    deepEqual(message?.body["id"], "with-execution/FAILED/2026-01-01T00:00:02.000Z");
  });

  it("notifies with what subscribers can filter by", async () => {
    await bench.handle(handler, streamEvent(change("filtered", "RUNNING", "FAILED")));
    const [message] = await inbox.receive(1);
    deepEqual(message?.attributes, { status: "FAILED", process: "settlement", client: "acme" });
  });

  const failures = (log: readonly LogLine[]) =>
    log.map(({ level, message, jobId, error }) => [level, message, jobId, (error as Error).message]);

  it("reports a job whose event the bus refuses, in an answer that is good as a whole", async () => {
    bus.refusals.push({ ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" });
    const event = streamEvent(change("refused", "RUNNING", "FAILED"));
    const { answer, log } = await bench.handle(handler, event);
    deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "101" }] });
    const reason = "the bus refused the event: ThrottlingException: Rate exceeded";
    deepEqual(failures(log), [["ERROR", "record failed", "refused", reason]]);
    // Nobody has read of it yet; tried again, it is told once.
    deepEqual((await bench.handle(handler, event)).answer, { batchItemFailures: [] });
    const told = await inbox.receive(1);
    deepEqual([told.map(({ body }) => body["subject"]), bus.entries.length], [["refused"], 1]);
  });

  it("stops at the first job of which nobody can be told, and reports it", async () => {
    const topicArn = `${inbox.topicArn}-that-is-gone`;
    const withoutTopic = notifyJobs({ topicArn, busArn, metricsStack: "" });
    const { answer, log } = await bench.handle(
      withoutTopic,
      streamEvent(
        change("open", "RUNNING", "WAITING"),
        change("a", "RUNNING", "FAILED"),
        change("b", "RUNNING", "FAILED"),
      ),
    );
    deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "102" }] });
    deepEqual(failures(log), [["ERROR", "record failed", "a", "Topic does not exist"]]);
  });

  it("puts the same event on the bus again when it is tried again for the topic's sake", async () => {
    const event = streamEvent(change("twice", "RUNNING", "TIMED_OUT"));
    await bench.handle(
      notifyJobs({ topicArn: `${inbox.topicArn}-that-is-gone`, busArn, metricsStack: "" }),
      event,
    );
    await bench.handle(handler, event);
    const ids = bus.entries.map(({ Detail }) => (JSON.parse(Detail) as JobEvent).id);
    deepEqual(ids, Array(2).fill("twice/TIMED_OUT/2026-01-01T00:00:02.000Z"));
    deepEqual(
      (await inbox.receive(1)).map(({ body }) => body["id"]),
      ids.slice(1),
    );
  });
});
