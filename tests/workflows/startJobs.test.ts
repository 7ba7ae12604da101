import { deepEqual } from "node:assert/strict";
import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { JobRecord } from "../../functions/lib/job";
import { startJobs } from "../../functions/startJobs";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { streamEvent } from "../helpers/lambdaEvents";

type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** A job that takes no time. */
const submitted = (jobId: string, facts: Partial<JobRecord> = {}): JobRecord =>
  aJob({ jobId, process: "unchecked", parameters: '{"seconds":0}', ...facts });

describe("A batch of submitted jobs", () => {
  let bench: HandlerBench;
  let machineArn: string;
  let machineName: string;
  let settings: { tableName: string; stateMachineArnPrefix: string };
  let handler: Handler;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("submitted-jobs");
    machineArn = (bench.relay.cloud.outputs["stateMachineArns"] as { unchecked: string }).unchecked;
    machineName = machineArn.slice(machineArn.lastIndexOf(":") + 1);
    const stateMachineArnPrefix = machineArn.slice(0, -machineName.length);
    settings = { tableName: bench.tableName, stateMachineArnPrefix };
    handler = handlerWith({ unchecked: machineName, dismantled: "no-such-machine" });
  });
  after(() => bench.close());

  const handlerWith = (names: Record<string, string>): Handler =>
    startJobs({
      ...settings,
      stateMachineNames: JSON.stringify(names),
      containerProcesses: [],
      taggedProcesses: {},
      tagGroupsTable: "",
      outputsUrl: "",
      egressQueueUrl: "",
      revisions: {},
    });

  const executionArn = (jobId: string) => `${machineArn.replace(":stateMachine:", ":execution:")}:${jobId}`;

  /** The executions that have the name of one of the jobs. */
  const executionsOf = async (...jobIds: string[]) => {
    const { sfn } = bench.relay;
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machineArn }));
    return executions.filter(({ name }) => jobIds.includes(name ?? ""));
  };

  const ended = (jobId: string) =>
    bench.relay.eventually(`the end of the execution ${jobId}`, async () => {
      const [execution] = await executionsOf(jobId);
      return execution?.status === "RUNNING" ? undefined : execution?.status;
    });

  const started = ({ jobId, ...job }: JobRecord, updatedAt: string): JobRecord => ({
    ...job,
    jobId,
    status: "RUNNING",
    executionArn: executionArn(jobId),
    revision: "",
    updatedAt,
  });

  it("starts one execution for a record that comes twice, and marks the job as RUNNING", async () => {
    const job = submitted("twice-in-a-batch");
    await bench.putJob(job);
    const { answer } = await bench.handle(handler, streamEvent({ now: job }, { now: job }));
    const now = await bench.job(job.jobId);
    deepEqual([answer, now], [{ batchItemFailures: [] }, started(job, now.updatedAt)]);
    const executions = await executionsOf(job.jobId);
    deepEqual(
      executions.map(({ executionArn }) => executionArn),
      [executionArn(job.jobId)],
    );
  });

  it("starts nothing and changes nothing for a record that comes again after its job has ended", async () => {
    const job = submitted("again-after-the-end");
    await bench.putJob(job);
    await bench.handle(handler, streamEvent({ now: job }));
    deepEqual(await ended(job.jobId), "SUCCEEDED");
    const over = { ...(await bench.job(job.jobId)), status: "SUCCEEDED" as const };
    await bench.putJob(over);
    const { answer } = await bench.handle(handler, streamEvent({ now: job }));
    deepEqual(
      [answer, await bench.job(job.jobId), (await executionsOf(job.jobId)).length],
      [{ batchItemFailures: [] }, over, 1],
    );
  });

  it("ends a job as FAILED, with the reason, when its process has left the catalogue", async () => {
    const [gone, next] = [submitted("without-process", { process: "gone" }), submitted("after-it")];
    await Promise.all([bench.putJob(gone), bench.putJob(next)]);
    const { answer } = await bench.handle(handler, streamEvent({ now: gone }, { now: next }));
    const [failed, running] = [await bench.job(gone.jobId), await bench.job(next.jobId)];
    deepEqual(answer, { batchItemFailures: [] });
    deepEqual(failed, {
      ...gone,
      status: "FAILED",
      error: { code: "UnknownProcess", cause: '"gone" is no longer in the catalogue.' },
      updatedAt: failed.updatedAt,
    });
    deepEqual(running, started(next, running.updatedAt));
  });

  it("does not end a job again that has ended, when its process has left the catalogue", async () => {
    const job = submitted("without-process-ended", { process: "gone", status: "CANCELLED" });
    await bench.putJob(job);
    await bench.handle(handler, streamEvent({ now: { ...job, status: "SUBMITTED" } }));
    deepEqual(await bench.job(job.jobId), job);
  });

  it("reports the first record that throws, starts the others, and starts none twice when it is tried again", async () => {
    const jobs = [
      ...[submitted("before"), submitted("broken", { process: "dismantled" }), submitted("between")],
      ...[submitted("broken-too", { process: "dismantled" }), submitted("behind")],
    ];
    await Promise.all(jobs.map((job) => bench.putJob(job)));
    const ids = jobs.map(({ jobId }) => jobId);
    const startedOnes = async () => (await executionsOf(...ids)).map(({ name }) => name).sort();
    const event = streamEvent(...jobs.map((now) => ({ now })));
    const { answer, log } = await bench.handle(handler, event);
    deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "102" }] });
    deepEqual(log.map(({ level, message, jobId }) => [level, message, jobId]).sort(), [
      ["ERROR", "record failed", "broken"],
      ["ERROR", "record failed", "broken-too"],
      ["INFO", "job started", "before"],
      ["INFO", "job started", "behind"],
      ["INFO", "job started", "between"],
    ]);
    deepEqual(await startedOnes(), ["before", "behind", "between"]);

    const mended = handlerWith({ unchecked: machineName, dismantled: machineName });
    const retried = await bench.handle(mended, { Records: event.Records.slice(1) });
    deepEqual([retried.answer, await startedOnes()], [{ batchItemFailures: [] }, [...ids].sort()]);
  });

  it("passes over a record without a new image", async () => {
    const event = streamEvent({ now: submitted("removed") });
    for (const { dynamodb } of event.Records) delete dynamodb?.NewImage;
    deepEqual(await bench.handle(handler, event), { answer: { batchItemFailures: [] }, log: [] });
  });
});
