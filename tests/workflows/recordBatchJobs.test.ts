import { deepEqual, equal } from "node:assert/strict";
import type { EventBridgeEvent } from "aws-lambda";
import type { BatchJobDetail } from "../../functions/lib/batchJob";
import { recordBatchJobs } from "../../functions/recordBatchJobs";
import { HandlerBench } from "../helpers/handlerBench";

type Event = EventBridgeEvent<"Batch Job State Change", BatchJobDetail>;

const createdAt = Date.parse("2026-03-01T00:00:00.000Z");
const definition = "arn:aws:batch:us-east-1:000000000000:job-definition/forecast-1234567:3";

/** Reports of one Batch job; `minute` is when EventBridge says that each came about. */
function reportsOf(jobId: string, of: Partial<BatchJobDetail> = {}) {
  return (status: string, minute: number, more: Partial<BatchJobDetail> = {}): Event => ({
    id: `${jobId}-${status}`,
    version: "0",
    account: "000000000000",
    time: `2026-03-01T00:0${minute}:00Z`,
    region: "us-east-1",
    resources: [],
    source: "aws.batch",
    "detail-type": "Batch Job State Change",
    detail: { jobName: "by-hand", jobId, jobDefinition: definition, createdAt, status, ...of, ...more },
  });
}

describe("A report of a container, at the function", () => {
  let bench: HandlerBench;
  let handler: (event: Event) => Promise<void>;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("containers");
    handler = recordBatchJobs({
      tableName: bench.tableName,
      logGroupName: "/aws/batch/forecast",
      definitions: JSON.stringify({ "forecast-1234567": { process: "forecast", step: "batch" } }),
      retentionDays: 7,
    });
  });
  after(() => bench.close());

  const record = async (...events: Event[]) => {
    const messages: string[] = [];
    for (const event of events) {
      const { log } = await bench.handle(handler, event);
      messages.push(...log.map(({ message }) => message));
    }
    return messages;
  };

  const runs: [title: string, orderOf: (events: Event[]) => Event[]][] = [
    ["in order", (events) => events],
    ["backwards", (events) => [...events].reverse()],
    ["twice each", (events) => events.flatMap((event) => [event, event])],
    ["all again after the end", (events) => [...events, ...events]],
  ];
  for (const [index, [title, orderOf]] of runs.entries()) {
    it(`makes one job that succeeded of a direct submission's reports, ${title}`, async () => {
      const jobId = `direct-${index}`;
      const report = reportsOf(jobId, { parameters: { date: "2018-08-31" } });
      const ended = report("SUCCEEDED", 3, { attempts: [{}], container: { exitCode: 0 } });
      const events = [report("SUBMITTED", 0), report("RUNNABLE", 1), report("RUNNING", 2), ended];
      const messages = await record(...orderOf(events));
      equal(messages.filter((message) => message === "job submitted to the queue").length, 1);
      const { status, source, parameters, result, steps, updatedAt, expiresAt } = await bench.job(jobId);
      deepEqual(
        { status, source, parameters, result, updatedAt, expiresAt },
        {
          status: "SUCCEEDED",
          source: "batch",
          parameters: '{"date":"2018-08-31"}',
          result: '{"batch":{"exitCode":0}}',
          updatedAt: "2026-03-01T00:03:00Z",
          expiresAt: createdAt / 1000 + 7 * 86_400,
        },
      );
      const step = steps["batch"];
      deepEqual([step?.status, step?.endedAt], ["SUCCEEDED", "2026-03-01T00:03:00Z"]);
    });
  }

  it("shows a second attempt that is waiting after a first that ran, and not the first again", async () => {
    const report = reportsOf("direct-retried");
    const waiting = report("RUNNABLE", 3, { attempts: [{}] });
    await record(report("RUNNING", 1, { attempts: [] }), waiting, report("RUNNING", 1, { attempts: [] }));
    const { status, steps } = await bench.job("direct-retried");
    const detail = steps["batch"]?.detail as { status?: string; attempts?: number } | undefined;
    deepEqual([status, detail?.status, detail?.attempts], ["RUNNING", "RUNNABLE", 1]);
  });

  const ends: [title: string, detail: Partial<BatchJobDetail>, status: string, cause: string][] = [
    [
      "failed, with exit code and reason",
      { container: { exitCode: 2, reason: "OutOfMemory" }, statusReason: "Essential container exited" },
      "FAILED",
      "exit code 2: OutOfMemory: Essential container exited",
    ],
    [
      "was cancelled while it waited for a place",
      { isCancelled: true, statusReason: "no longer needed" },
      "CANCELLED",
      "no longer needed",
    ],
    [
      "was terminated while it ran",
      { isTerminated: true, container: { exitCode: 137 }, statusReason: "no longer needed" },
      "CANCELLED",
      "exit code 137: no longer needed",
    ],
  ];
  for (const [index, [title, detail, status, cause]] of ends.entries()) {
    it(`says why a direct submission ${title}`, async () => {
      const jobId = `ended-${index}`;
      const report = reportsOf(jobId);
      await record(report("RUNNABLE", 0), report("FAILED", 1, detail), report("RUNNING", 0));
      const job = await bench.job(jobId);
      deepEqual([job.status, job.error], [status, { code: "ContainerFailed", cause, step: "batch" }]);
    });
  }

  it("shows a workflow's container on its job, and leaves the step's end to the workflow", async () => {
    const jobId = "0f0f0f0f-0000-4000-8000-000000000000";
    const time = new Date(createdAt).toISOString();
    await bench.putJob({
      jobId,
      process: "forecast",
      status: "RUNNING",
      parameters: "{}",
      source: "api",
      requestedBy: "caller",
      createdAt: time,
      updatedAt: time,
      steps: { batch: { status: "RUNNING", startedAt: time } },
      expiresAt: 4_102_444_800,
    });
    const container = { exitCode: 0, environment: [{ name: "JOB_ID", value: jobId }] };
    const report = reportsOf("container-1", { jobName: `batch-${jobId}`, container });
    await record(report("SUCCEEDED", 2), report("RUNNING", 1));
    const job = await bench.job(jobId);
    const detail = job.steps["batch"]?.detail as { status?: string; exitCode?: number } | undefined;
    deepEqual([job.status, job.steps["batch"]?.status], ["RUNNING", "RUNNING"]);
    deepEqual([detail?.status, detail?.exitCode], ["SUCCEEDED", 0]);
  });

  it("leaves containers of unknown job definitions alone, and says so", async () => {
    const report = reportsOf("stranger", { jobDefinition: "someone-elses:1" });
    deepEqual(await record(report("RUNNING", 1)), ["container of an unknown job definition"]);
  });
});
