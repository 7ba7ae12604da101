import assert from "node:assert/strict";
import {
  CancelJobCommand,
  ListJobsCommand,
  TerminateJobCommand,
  type SubmitJobCommandInput,
} from "@aws-sdk/client-batch";
import { BatchHarness, shell, waitForever } from "../helpers/batch";

const arrayProperties = { size: 3 };

describe("A Batch array job", () => {
  let harness: BatchHarness;

  beforeEach(() => {
    harness = new BatchHarness();
  });

  afterEach(() => harness.stop());

  const child = (jobId: string, index: number) => harness.describe(`${jobId}:${index}`);

  it("runs a child for each index, and succeeds when all have", async () => {
    const script = "echo $AWS_BATCH_JOB_ARRAY_INDEX of $AWS_BATCH_JOB_ARRAY_SIZE, $AWS_BATCH_JOB_ID";
    const jobId = await harness.submit(shell(script), { arrayProperties });
    const parent = await harness.ended(jobId);
    assert.deepEqual(harness.statuses(jobId), ["PENDING", "SUCCEEDED"]);
    assert.deepEqual(
      [parent.status, parent.attempts, parent.arrayProperties],
      [
        "SUCCEEDED",
        [],
        {
          size: 3,
          statusSummary: {
            ...{ SUBMITTED: 0, PENDING: 0, RUNNABLE: 0, STARTING: 0, RUNNING: 0 },
            ...{ SUCCEEDED: 3, FAILED: 0 },
          },
        },
      ],
    );
    for (const index of [0, 1, 2]) {
      const { arrayProperties: own } = await child(jobId, index);
      assert.deepEqual(own, { size: 3, index, statusSummary: {} });
      assert.deepEqual(await harness.output(`${jobId}:${index}`), [`${index} of 3, ${jobId}:${index}`]);
    }
    const list = new ListJobsCommand({ arrayJobId: jobId, jobStatus: "SUCCEEDED" });
    const { jobSummaryList = [] } = await harness.client.send(list);
    assert.deepEqual(
      jobSummaryList.map((job) => job.jobId),
      [`${jobId}:2`, `${jobId}:1`, `${jobId}:0`],
    );
  });

  it("fails when a child has, after all have ended", async () => {
    const jobId = await harness.submit(shell("test $AWS_BATCH_JOB_ARRAY_INDEX != 0"), { arrayProperties });
    const { status, statusReason, arrayProperties: own } = await harness.ended(jobId);
    assert.deepEqual([status, statusReason], ["FAILED", "Array Child Job failed"]);
    assert.deepEqual([own?.statusSummary?.["SUCCEEDED"], own?.statusSummary?.["FAILED"]], [2, 1]);
  });

  it("runs its children one after the other when they depend on each other", async () => {
    const jobId = await harness.submit(["true"], { arrayProperties, dependsOn: [{ type: "SEQUENTIAL" }] });
    await harness.ended(jobId);
    const changes = harness.events
      .filter(({ detail }) => ["RUNNING", "SUCCEEDED"].includes(String(detail["status"])))
      .map(({ detail }) => `${String(detail["jobId"]).slice(jobId.length)} ${String(detail["status"])}`);
    assert.deepEqual(changes, [
      ...[":0 RUNNING", ":0 SUCCEEDED", ":1 RUNNING", ":1 SUCCEEDED", ":2 RUNNING", ":2 SUCCEEDED"],
      " SUCCEEDED",
    ]);
    assert.deepEqual((await child(jobId, 1)).dependsOn, [{ type: "SEQUENTIAL", jobId: `${jobId}:0` }]);
  });

  it("fails every later child when a sequential one fails", async () => {
    const jobId = await harness.submit(["false"], { arrayProperties, dependsOn: [{ type: "SEQUENTIAL" }] });
    await harness.ended(jobId);
    const reasons = await Promise.all(
      [0, 1, 2].map(async (index) => (await child(jobId, index)).statusReason),
    );
    assert.deepEqual(reasons, [
      "Essential container in task exited",
      "Dependent Job failed",
      "Dependent Job failed",
    ]);
  });

  it("waits index by index for another array job", async () => {
    const script = "test $AWS_BATCH_JOB_ARRAY_INDEX != 1";
    const first = await harness.submit(shell(script), { arrayProperties });
    const second = await harness.submit(["true"], {
      arrayProperties,
      dependsOn: [{ type: "N_TO_N", jobId: first }],
    });
    await harness.ended(second);
    const children = await Promise.all([0, 1, 2].map((index) => child(second, index)));
    assert.deepEqual(
      children.map(({ status, statusReason }) => [status, statusReason]),
      [
        ["SUCCEEDED", "Essential container in task exited"],
        ["FAILED", "Dependent Job failed"],
        ["SUCCEEDED", "Essential container in task exited"],
      ],
    );
    assert.deepEqual(children[2]?.dependsOn, [{ type: "N_TO_N", jobId: `${first}:2` }]);
  });

  it("ends with all of its children when it is terminated", async () => {
    const jobId = await harness.submit(waitForever, { arrayProperties });
    await harness.reached(`${jobId}:2`, "RUNNING");
    await harness.client.send(new TerminateJobCommand({ jobId, reason: "enough" }));
    const { status, statusReason, isTerminated } = await harness.ended(jobId);
    assert.deepEqual([status, statusReason, isTerminated], ["FAILED", "enough", true]);
    assert.deepEqual((await child(jobId, 1)).statusReason, "enough");
  });

  describe("A job that depends on another", () => {
    const submitPair = async (command: readonly string[], fields: Partial<SubmitJobCommandInput> = {}) => {
      const first = await harness.submit(command);
      const second = await harness.submit(["true"], { dependsOn: [{ jobId: first }], ...fields });
      return [first, second] as const;
    };

    it("is PENDING until that has succeeded", async () => {
      const [first, second] = await submitPair(waitForever);
      await harness.reached(second, "PENDING");
      await harness.reached(first, "RUNNING");
      assert.deepEqual((await harness.describe(second)).dependsOn, [{ jobId: first }]);
      const [ok, after] = await submitPair(["true"]);
      await harness.ended(after);
      assert.deepEqual(harness.statuses(after), ["PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"]);
      assert.equal((await harness.describe(ok)).status, "SUCCEEDED");
      const late = await harness.submit(["true"], { dependsOn: [{ jobId: ok }] });
      await harness.ended(late);
      assert.deepEqual(harness.statuses(late), ["RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"]);
    });

    it("fails when that fails, and so does an array job with its children", async () => {
      const [, second] = await submitPair(["false"]);
      const [, third] = await submitPair(["false"], { arrayProperties });
      for (const jobId of [second, third]) {
        const { status, statusReason } = await harness.ended(jobId);
        assert.deepEqual([status, statusReason], ["FAILED", "Dependent Job failed"]);
        assert.deepEqual(harness.statuses(jobId), ["PENDING", "FAILED"]);
      }
      assert.deepEqual((await child(third, 2)).statusReason, "Dependent Job failed");
    });

    it("that is cancelled while PENDING fails once the other has ended", async () => {
      const [first, second] = await submitPair(
        shell("trap 'exit 0' USR1; echo $$; while :; do sleep 0.02; done"),
      );
      await harness.reached(second, "PENDING");
      await harness.client.send(new CancelJobCommand({ jobId: second, reason: "not today" }));
      const { status, isCancelled } = await harness.describe(second);
      assert.deepEqual([status, isCancelled], ["PENDING", true]);
      await harness.reached(first, "RUNNING");
      while ((await harness.output(first)).length === 0) await harness.changed();
      process.kill(Number((await harness.output(first))[0]), "SIGUSR1");
      const { statusReason } = await harness.ended(second);
      assert.equal(statusReason, "not today");
      assert.equal((await harness.describe(first)).status, "SUCCEEDED");
    });
  });
});
