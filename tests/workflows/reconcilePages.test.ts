import { deepEqual } from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import type { JobRecord } from "../../functions/lib/job";
import { reconcileJobs } from "../../functions/reconcileJobs";
import { readPlace } from "../../functions/lib/reconcile/savedPlace";
import { HandlerBench } from "../helpers/handlerBench";
import type { LogLine } from "../helpers/loggedBy";
import { aJob } from "../helpers/jobs";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe("An invocation that reconciles", () => {
  let bench: HandlerBench;
  let arnPrefix: string;
  let machine: string;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("reconciled");
    const { unchecked } = bench.relay.cloud.outputs["stateMachineArns"] as { unchecked: string };
    machine = unchecked.slice(unchecked.lastIndexOf(":") + 1);
    arnPrefix = unchecked.slice(0, -machine.length);
  });
  after(() => bench.close());

  /** Invokes it. @param pages for how many pages there is time */
  const invoke = async (pages = 1_000): Promise<readonly LogLine[]> => {
    const handler = reconcileJobs({
      ...{
        tableName: bench.tableName,
        stateMachineArnPrefix: arnPrefix,
        logGroupName: "",
        egressQueueUrl: "",
      },
      ...{ revisions: {}, containerProcesses: [], taggedProcesses: {}, tagGroupsTable: "", outputsUrl: "" },
      stateMachineNames: JSON.stringify({ unchecked: machine, dismantled: "no-such-machine" }),
    });
    let asked = 0;
    const getRemainingTimeInMillis = () => (asked++ <= pages - 1 ? 240_000 : 0);
    const context = { functionName: "reconcile-1", getRemainingTimeInMillis } as Context;
    return (
      await bench.handle((event: { time: string }) => handler(event, context), {
        time: new Date().toISOString(),
      })
    ).log;
  };
  const messages = (log: readonly LogLine[]) => log.flatMap(({ message }) => message ?? []);
  /** What CloudWatch would count. */
  const metrics = (log: readonly LogLine[]) =>
    log.filter((line) => "_aws" in line).map(({ _aws, ...counted }) => counted);
  const executionArn = (name: string, process = machine) =>
    `${arnPrefix.replace(":stateMachine:", ":execution:")}${process}:${name}`;
  const running = (jobId: string, facts: Partial<JobRecord> = {}) =>
    aJob({
      ...{ jobId, process: "unchecked", status: "RUNNING", executionArn: executionArn(jobId) },
      ...{ createdAt: minutesAgo(60), updatedAt: minutesAgo(60), parameters: '{"seconds":0}' },
      ...facts,
    });

  /** What is asked of the table meanwhile, by the names of commands. */
  const asked = async (act: () => Promise<unknown>): Promise<string[]> => {
    const names = new Set<string>();
    const { send } = DynamoDBClient.prototype;
    DynamoDBClient.prototype.send = function (this: DynamoDBClient, ...args: unknown[]) {
      names.add((args[0] as object).constructor.name);
      return Reflect.apply(send, this, args) as never;
    } as typeof send;
    try {
      await act();
    } finally {
      DynamoDBClient.prototype.send = send;
    }
    return [...names].sort();
  };

  it("writes nothing, and counts nothing, when there is nothing to repair", async () => {
    const jobs = [
      running("young", { status: "SUBMITTED", createdAt: minutesAgo(1), updatedAt: minutesAgo(1) }),
      running("changed-now", { updatedAt: minutesAgo(1) }),
      running("left-the-catalogue", { process: "gone" }),
      running("delivering", { process: "egress", source: "webhook" }),
    ];
    for (const job of jobs) await bench.putJob(job);
    let log: readonly LogLine[] = [];
    const commands = await asked(async () => (log = await invoke()));
    deepEqual([commands, log], [["GetItemCommand", "QueryCommand"], []]);
    for (const job of jobs) deepEqual(await bench.job(job.jobId), job);
  });

  it("repairs the other jobs when one cannot be, and counts both", async () => {
    await bench.putJob(
      running("broken", { process: "dismantled", status: "SUBMITTED", createdAt: minutesAgo(90) }),
    );
    await bench.putJob(running("unstarted", { status: "SUBMITTED" }));
    const log = await invoke();
    deepEqual(messages(log), ["job could not be reconciled", "job started", "job reconciled"]);
    deepEqual(metrics(log), [
      { FunctionName: "reconcile-1", Repair: "started", ReconciledJobs: 1 },
      { FunctionName: "reconcile-1", Reason: "error", UnreconciledJobs: 1 },
    ]);
    const { status } = await bench.job("unstarted");
    deepEqual([status, (await bench.job("broken")).status], ["RUNNING", "RUNNING"]);
  });

  it("records the success of an execution that the table has lost", async () => {
    await bench.relay.eventually("the end of the execution", async () => {
      const log = await invoke();
      const job = await bench.job("unstarted");
      if (job.status === "RUNNING") await bench.putJob({ ...job, updatedAt: minutesAgo(60) });
      return job.status === "SUCCEEDED" ? log : undefined;
    });
    const { result, error } = await bench.job("unstarted");
    deepEqual([result, error], ['{"sleep":{"slept":0}}', undefined]);
  });

  const unknown: [title: string, facts: Partial<JobRecord>][] = [
    ["waits", { status: "WAITING" }],
    ["has come to a step", { steps: { sleep: { status: "RUNNING" } } }],
    ["changed three months ago", { updatedAt: minutesAgo(90 * 24 * 60) }],
  ];
  for (const [index, [title, facts]] of unknown.entries()) {
    it(`fails a job that ${title}, rather than run it twice, when its execution is unknown`, async () => {
      const jobId = `unknown-${index}`;
      await bench.putJob(running(jobId, facts));
      await invoke();
      const { status, error } = await bench.job(jobId);
      deepEqual([status, error?.code], ["FAILED", "ExecutionUnknown"]);
    });
  }

  it("goes on in the next invocation where time was up, so that many that wait do not keep it from others", async () => {
    const many = Array.from({ length: 210 }, (_, index) =>
      running(`waiting-${index}`, { process: "gone", status: "WAITING" }),
    );
    await Promise.all(many.map((job) => bench.putJob(job)));
    await bench.putJob(running("behind-them", { status: "WAITING", createdAt: minutesAgo(30) }));
    const places: unknown[] = [];
    const ends: string[] = [];
    for (let invocation = 0; invocation < 3; invocation++) {
      await invoke(2);
      places.push((await readPlace(bench.database, bench.tableName))?.status);
      ends.push((await bench.job("behind-them")).status);
    }
    deepEqual(
      [places, ends],
      [
        ["WAITING", "WAITING", undefined],
        ["WAITING", "WAITING", "FAILED"],
      ],
    );
  });
});
