import { deepEqual, match } from "node:assert/strict";
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
  beforeEach(() => {
    bus.entries.splice(0);
    bus.requests.splice(0);
  });
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

  /** Jobs that fail, named so. */
  const failing = (...jobIds: string[]) => jobIds.map((jobId) => change(jobId, "RUNNING", "FAILED"));
  const subjects = (messages: Awaited<ReturnType<Inbox["receive"]>>) =>
    messages.map(({ body }) => body["subject"]).sort();
  const putOnBus = () => bus.entries.map(({ Detail }) => (JSON.parse(Detail) as JobEvent).subject);

  it("tells of the jobs before the one that the bus refuses, and of the others when they come again", async () => {
    bus.refusals.push(undefined, { ErrorCode: "InternalFailure", ErrorMessage: "Try again" });
    const event = streamEvent(...failing("first", "refused by the bus", "after it"));
    const { answer, log } = await bench.handle(handler, event);
    deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "102" }] });
    deepEqual(
      log.map(({ message, jobId }) => [message, jobId]),
      [
        ["job ended", "first"],
        ["record failed", "refused by the bus"],
      ],
    );
    deepEqual(subjects(await inbox.receive(1)), ["first"]);
    const again = await bench.handle(handler, { Records: event.Records.slice(1) });
    deepEqual(again.answer, { batchItemFailures: [] });
    deepEqual(subjects(await inbox.receive(2)), ["after it", "refused by the bus"]);
    // The bus took the last one both times.
    deepEqual(putOnBus(), ["first", "after it", "refused by the bus", "after it"]);
  });

  it("reports the first job whose message the topic refuses, in an answer that is good as a whole", async () => {
    // An attribute that is empty is refused.
    const changes = failing("taken", "refused by the topic", "behind it").map(({ before, now }) => ({
      before,
      now: now.jobId === "refused by the topic" ? { ...now, client: "" } : now,
    }));
    const event = streamEvent(...changes);
    const { answer, log } = await bench.handle(handler, event);
    deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "102" }] });
    const [ended, failed, ...others] = log;
    deepEqual([ended?.["jobId"], failed?.["jobId"], others], ["taken", "refused by the topic", []]);
    match(
      String((failed?.["error"] as Error).message),
      /^the topic refused the message: ParameterValueInvalid: /,
    );
    // What came after it in the same request was taken. It comes again, and is not told again.
    deepEqual(subjects(await inbox.receive(2)), ["behind it", "taken"]);
    const again = (from: number) => bench.handle(handler, { Records: event.Records.slice(from) });
    deepEqual((await again(1)).answer, { batchItemFailures: [{ itemIdentifier: "102" }] });
    const last = await again(2);
    deepEqual(last.answer, { batchItemFailures: [] });
    deepEqual(
      last.log.map(({ message, jobId }) => [message, jobId]),
      [["job ended", "behind it"]],
    );
    await bench.handle(handler, streamEvent(...failing("another one")));
    deepEqual(subjects(await inbox.receive(1)), ["another one"]);
  });

  it("tells of more jobs than one request takes, in their order", async () => {
    const ids = Array.from({ length: 25 }, (_none, index) => `many-${String(index).padStart(2, "0")}`);
    const { answer, log } = await bench.handle(handler, streamEvent(...failing(...ids)));
    deepEqual(answer, { batchItemFailures: [] });
    deepEqual([log.map(({ jobId }) => jobId), putOnBus(), bus.requests], [ids, ids, [10, 10, 5]]);
    deepEqual(subjects(await inbox.receive(ids.length)), ids);
  });

  it("tells of jobs whose events are too large for one request together", async () => {
    const changes = failing("large-1", "large-2", "large-3").map(({ before, now }) => ({
      before,
      now: { ...now, error: { code: "E", cause: "x".repeat(100_000) } },
    }));
    const { answer } = await bench.handle(handler, streamEvent(...changes));
    deepEqual([answer, bus.requests], [{ batchItemFailures: [] }, [2, 1]]);
    deepEqual(subjects(await inbox.receive(3)), ["large-1", "large-2", "large-3"]);
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
