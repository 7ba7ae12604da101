import { deepEqual } from "node:assert/strict";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { JobStatus } from "../../functions/lib/job";
import { notifyJobs } from "../../functions/notifyJobs";
import { HandlerBench } from "../helpers/handlerBench";
import { Inbox } from "../helpers/inbox";
import { aJob } from "../helpers/jobs";
import { streamEvent } from "../helpers/lambdaEvents";

type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

describe("A batch of changes of jobs", () => {
  let bench: HandlerBench;
  let inbox: Inbox;
  let handler: Handler;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("changed-jobs");
    inbox = await Inbox.open(bench.relay, "changed-jobs");
    handler = notifyJobs({ topicArn: inbox.topicArn });
  });
  after(() => {
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
  });

  it("notifies with what subscribers can filter by", async () => {
    await bench.handle(handler, streamEvent(change("filtered", "RUNNING", "FAILED")));
    const [message] = await inbox.receive(1);
    deepEqual(message?.attributes, { status: "FAILED", process: "settlement", client: "acme" });
  });

  it("stops at the first job of which nobody can be told, and reports it", async () => {
    const withoutTopic = notifyJobs({ topicArn: `${inbox.topicArn}-that-is-gone` });
    const { answer, log } = await bench.handle(
      withoutTopic,
      streamEvent(
        change("open", "RUNNING", "WAITING"),
        change("a", "RUNNING", "FAILED"),
        change("b", "RUNNING", "FAILED"),
      ),
    );
    deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "102" }] });
    deepEqual(
      log.map(({ level, message, jobId }) => [level, message, jobId]),
      [["ERROR", "record failed", "a"]],
    );
  });
});
