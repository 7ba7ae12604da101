import { deepEqual, equal } from "node:assert/strict";
import { BatchHarness, definitionOf, shell, waitForever } from "../helpers/batch";
import { stored } from "../helpers/stored";

describe("A Batch that is stopped and started", () => {
  let harness: BatchHarness;

  afterEach(() => harness.stop());

  const start = (options = {}) => {
    harness = new BatchHarness({ machineVcpus: 0.25, ...options });
    return harness;
  };
  const restart = async (options = {}) => {
    await harness.stop();
    const saved = stored(harness.batch.save());
    start(options);
    harness.batch.registerJobDefinition(definitionOf(["true"]));
    await harness.batch.restore(saved);
  };

  it("runs a job again that was cut off, and those that waited behind it, in their order", async () => {
    start();
    // It ends when it is run for the second time.
    const marker = `/tmp/jobrelay-test-${process.pid}-${Date.now()}`;
    const twice = shell(
      `if [ -e ${marker} ]; then rm ${marker}; else touch ${marker}; echo begun; sleep 30; fi`,
    );
    const running = await harness.submit(twice, { timeout: { attemptDurationSeconds: 60 } });
    const waiting = await harness.submit(["true"]);
    await harness.reached(running, "RUNNING");
    await harness.wrote("begun");
    await restart();
    deepEqual([(await harness.describe(waiting)).status], ["RUNNABLE"]);
    const { status, attempts } = await harness.ended(running);
    deepEqual([status, attempts?.length], ["SUCCEEDED", 1]);
    equal((await harness.ended(waiting)).status, "SUCCEEDED");
    deepEqual(harness.statuses(running), ["RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"]);
    const order = harness.events.filter(({ detail }) => detail["status"] === "SUCCEEDED");
    deepEqual(
      order.map(({ detail }) => detail["jobId"]),
      [running, waiting],
    );
  });

  it("fails a job whose termination was asked for, and what depends on it", async () => {
    start({ stopTimeoutMilliseconds: 60_000 });
    const stubborn = await harness.submit(shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
    const dependent = await harness.submitDefined({ dependsOn: [{ jobId: stubborn }] });
    await harness.wrote("ready");
    await harness.terminate(stubborn, "enough");
    await restart();
    const ended = [await harness.ended(stubborn), await harness.ended(dependent)];
    deepEqual(
      ended.map(({ status, statusReason }) => [status, statusReason]),
      [
        ["FAILED", "enough"],
        ["FAILED", "Dependent Job failed"],
      ],
    );
  });

  it("keeps jobs that ended with what they wrote, and tells nobody of them again", async () => {
    start();
    const jobId = await harness.submit(shell("echo hello"));
    const before = await harness.ended(jobId);
    await restart();
    deepEqual(await harness.describe(jobId), before);
    deepEqual([await harness.output(jobId), harness.events], [["hello"], []]);
  });

  it("runs the children of an array job that had not ended", async () => {
    start();
    const jobId = await harness.submit(waitForever, { arrayProperties: { size: 2 } });
    await harness.reached(`${jobId}:0`, "RUNNING");
    await restart({ machineVcpus: 1 });
    await harness.reached(`${jobId}:0`, "RUNNING");
    await harness.reached(`${jobId}:1`, "RUNNING");
    equal((await harness.describe(jobId)).status, "PENDING");
  });
});
