import assert from "node:assert/strict";
import { CancelJobCommand, TerminateJobCommand } from "@aws-sdk/client-batch";
import { BatchHarness, definitionOf, shell, waitForever } from "../helpers/batch";

const sized = (vcpus: string, memory: string) => ({
  resourceRequirements: [
    { type: "VCPU", value: vcpus },
    { type: "MEMORY", value: memory },
  ],
});

const timeLimit = (reason: string) => ({
  jobStateTimeLimitActions: [{ reason, state: "RUNNABLE", maxTimeSeconds: 600, action: "CANCEL" }],
});

describe("A Batch job queue", () => {
  let harness: BatchHarness;

  afterEach(() => harness.stop());

  const terminate = (jobId: string) =>
    harness.client.send(new TerminateJobCommand({ jobId, reason: "enough" }));

  /** Submits jobs that need a whole virtual CPU each. */
  const submitWhole = async (count: number) => {
    harness.batch.registerJobDefinition(definitionOf(waitForever, {}, sized("1", "2048")));
    const jobIds: string[] = [];
    for (let index = 0; index < count; index += 1) jobIds.push(await harness.submitDefined());
    return jobIds;
  };

  const statuses = (jobIds: readonly string[]) =>
    Promise.all(jobIds.map(async (jobId) => (await harness.describe(jobId)).status));

  it("lets run what the compute environment holds, in the order of submission; the rest waits RUNNABLE", async () => {
    harness = new BatchHarness({ maxvCpus: 2 });
    const [first = "", second = "", third = ""] = await submitWhole(3);
    // The first may still be starting when the second runs already.
    await harness.reached(first, "RUNNING");
    await harness.reached(second, "RUNNING");
    await harness.reached(third, "RUNNABLE");
    assert.deepEqual(await statuses([first, second, third]), ["RUNNING", "RUNNING", "RUNNABLE"]);
    assert.equal((await harness.describe(third)).statusReason, undefined);
    await terminate(first);
    await harness.reached(first, "FAILED");
    await harness.reached(third, "RUNNING");
    assert.deepEqual(await statuses([first, second, third]), ["FAILED", "RUNNING", "RUNNING"]);
  });

  it("tries queues of higher priority first", async () => {
    harness = new BatchHarness({ maxvCpus: 1 });
    harness.batch.createJobQueue({
      jobQueueName: "urgent",
      priority: 2,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: "fargate" }],
    });
    const [running = "", waiting = ""] = await submitWhole(2);
    await harness.reached(running, "RUNNING");
    const urgent = await harness.submitDefined({ jobQueue: "urgent" });
    await harness.reached(urgent, "RUNNABLE");
    await terminate(running);
    await harness.reached(urgent, "RUNNING");
    assert.equal((await harness.describe(waiting)).status, "RUNNABLE");
  });

  it("fails a job that is cancelled while it is RUNNABLE, and goes on", async () => {
    harness = new BatchHarness({ maxvCpus: 1 });
    const [running = "", cancelled = "", next = ""] = await submitWhole(3);
    await harness.reached(next, "RUNNABLE");
    await harness.client.send(new CancelJobCommand({ jobId: cancelled, reason: "not today" }));
    const { status, statusReason, isCancelled, startedAt, attempts } = await harness.ended(cancelled);
    assert.deepEqual(
      [status, statusReason, isCancelled, startedAt, attempts],
      ["FAILED", "not today", true, undefined, []],
    );
    await terminate(running);
    await harness.reached(next, "RUNNING");
    assert.deepEqual(harness.statuses(cancelled), ["RUNNABLE", "FAILED"]);
  });

  it("cancels a job that no compute environment can ever hold, by its time limit", async () => {
    const reason = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE";
    harness = new BatchHarness({ maxvCpus: 1, queue: timeLimit(reason) });
    harness.batch.registerJobDefinition(definitionOf(["true"], {}, sized("2", "4096")));
    const jobId = await harness.submitDefined();
    await harness.reached(jobId, "RUNNABLE");
    const behind = await harness.submit(["true"]);
    await harness.reached(behind, "RUNNABLE");
    assert.equal(
      (await harness.describe(jobId)).statusReason,
      `${reason} - CE(s) associated with the job queue cannot meet the CPU requirement of the job.`,
    );
    harness.clock.advance(599_999);
    assert.deepEqual(await statuses([jobId, behind]), ["RUNNABLE", "RUNNABLE"]);
    harness.clock.advance(1);
    const { status, statusReason } = await harness.ended(jobId);
    assert.deepEqual(
      [status, statusReason],
      ["FAILED", `Canceled by JobStateTimeLimit action due to reason: ${reason}`],
    );
    assert.equal((await harness.ended(behind)).status, "SUCCEEDED");
  });

  it("cancels a job for which this machine has no room, by its time limit", async () => {
    const reason = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY";
    harness = new BatchHarness({ machineVcpus: 1, queue: timeLimit(reason) });
    const [running = "", stuck = "", next = ""] = await submitWhole(3);
    await harness.reached(running, "RUNNING");
    await harness.reached(next, "RUNNABLE");
    harness.clock.advance(600_000);
    const { statusReason } = await harness.ended(stuck);
    assert.equal(statusReason, `Canceled by JobStateTimeLimit action due to reason: ${reason}`);
    assert.deepEqual(await statuses([running, next]), ["RUNNING", "RUNNABLE"]);
    await terminate(running);
    await harness.reached(next, "RUNNING");
    assert.equal((await harness.describe(next)).statusReason, undefined);
  });

  it("runs a job that is larger than this machine when nothing else runs", async () => {
    harness = new BatchHarness({ machineVcpus: 0.5 });
    harness.batch.registerJobDefinition(definitionOf(["true"], {}, sized("1", "2048")));
    assert.equal((await harness.ended(await harness.submitDefined())).status, "SUCCEEDED");
  });

  it("gives a job its attempts, one after the other, with the number of each", async () => {
    harness = new BatchHarness();
    const jobId = await harness.submit(
      shell("echo attempt $AWS_BATCH_JOB_ATTEMPT; test $AWS_BATCH_JOB_ATTEMPT = 3"),
      {
        retryStrategy: { attempts: 4 },
      },
    );
    const { status, attempts = [], container } = await harness.ended(jobId);
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(
      attempts.map((attempt) => [attempt.container?.exitCode, attempt.statusReason]),
      [1, 1, 0].map((exitCode) => [exitCode, "Essential container in task exited"]),
    );
    assert.equal(new Set(attempts.map((attempt) => attempt.container?.taskArn)).size, 3);
    assert.equal(attempts[2]?.container?.taskArn, container?.taskArn);
    assert.deepEqual(harness.statuses(jobId), [
      ...["RUNNABLE", "STARTING", "RUNNING"],
      ...["RUNNABLE", "STARTING", "RUNNING"],
      ...["RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"],
    ]);
    const logs = attempts.map((attempt) => harness.batch.logOf(attempt.container?.logStreamName ?? ""));
    assert.deepEqual(
      logs.map((events) => events?.map(({ message }) => message)),
      [["attempt 1"], ["attempt 2"], ["attempt 3"]],
    );
  });

  it("does not retry what the retry strategy says to leave", async () => {
    harness = new BatchHarness();
    const jobId = await harness.submit(shell("exit 4"), {
      retryStrategy: { attempts: 5, evaluateOnExit: [{ onExitCode: "4", action: "EXIT" }] },
    });
    assert.equal((await harness.ended(jobId)).attempts?.length, 1);
  });

  it("keeps only so many jobs that have ended", async () => {
    harness = new BatchHarness({ keptJobs: 2 });
    const jobIds: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      jobIds.push(await harness.submit(["true"]));
      await harness.ended(jobIds[count] ?? "");
    }
    const [gone = "", ...kept] = jobIds;
    await assert.rejects(harness.describe(gone), { message: `no job ${gone}` });
    assert.deepEqual(await statuses(kept), ["SUCCEEDED", "SUCCEEDED"]);
  });
});
