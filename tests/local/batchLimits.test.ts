import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { CancelJobCommand, TerminateJobCommand } from "@aws-sdk/client-batch";
import { BatchHarness, shell, waitForever } from "../helpers/batch";

/** Says that it is ready, and heeds no SIGTERM. */
const stubborn = shell('trap "" TERM; echo ready; while :; do sleep 0.05; done');

describe("A Batch job that runs", () => {
  let harness: BatchHarness;

  beforeEach(() => {
    harness = new BatchHarness();
  });

  afterEach(() => harness.stop());

  it("is ended after its timeout, killed when it does not heed SIGTERM, and not retried", async () => {
    const jobId = await harness.submit(stubborn, {
      timeout: { attemptDurationSeconds: 60 },
      retryStrategy: { attempts: 3 },
    });
    await harness.wrote("ready");
    harness.clock.advance(60_000);
    assert.equal((await harness.describe(jobId)).status, "RUNNING");
    harness.clock.advance(30_000);
    const { status, statusReason, container, attempts, timeout } = await harness.ended(jobId);
    assert.deepEqual(
      [status, statusReason, container?.exitCode, attempts?.length, timeout],
      ["FAILED", "Job attempt duration exceeded timeout", 137, 1, { attemptDurationSeconds: 60 }],
    );
  });

  it("may end in its own way when it is terminated, and keeps the reason", async () => {
    const jobId = await harness.submit(shell('trap "exit 0" TERM; echo ready; while :; do sleep 0.02; done'));
    await harness.wrote("ready");
    await harness.client.send(new CancelJobCommand({ jobId, reason: "too late to cancel" }));
    await harness.client.send(new TerminateJobCommand({ jobId, reason: "no longer needed" }));
    await harness.client.send(new TerminateJobCommand({ jobId, reason: "again" }));
    const { status, statusReason, container, isTerminated, isCancelled } = await harness.ended(jobId);
    assert.deepEqual(
      [status, statusReason, container?.exitCode, isTerminated, isCancelled],
      ["FAILED", "no longer needed", 0, true, false],
    );
  });

  it("stays as it is when it is terminated after its end", async () => {
    const jobId = await harness.submit(["true"]);
    const before = await harness.ended(jobId);
    await harness.client.send(new TerminateJobCommand({ jobId, reason: "too late" }));
    assert.deepEqual(await harness.describe(jobId), before);
  });

  it("is killed with all of its processes when they use more memory than it has", async () => {
    const hog = `const b = Buffer.alloc(600 * 1024 * 1024, 1); console.log("ready"); setInterval(() => b, 1000)`;
    const jobId = await harness.submit(shell(`"$0" -e '${hog}' & wait`).concat(process.execPath));
    await harness.wrote("ready");
    harness.clock.advance(200);
    const { status, statusReason, container } = await harness.ended(jobId);
    assert.deepEqual(
      [status, statusReason, container?.exitCode, container?.reason],
      [
        "FAILED",
        "Essential container in task exited",
        137,
        "OutOfMemoryError: Container killed due to memory usage",
      ],
    );
  });

  it("leaves no process behind, not even one in a session of its own", async () => {
    const jobId = await harness.submit(shell("setsid sleep 30 & echo $!; sleep 0.1"));
    await harness.ended(jobId);
    const [pid = ""] = await harness.output(jobId);
    // One that was killed may still wait to be noticed by its new parent.
    assert.match(spawnSync("ps", ["-o", "stat=", "-p", pid]).stdout.toString(), /^Z|^$/);
  });

  it("is killed when Batch stops, and nothing is told of it", async () => {
    const jobId = await harness.submit(
      shell('trap "" TERM; echo $$; echo ready; while :; do sleep 0.05; done'),
    );
    const waiting = await harness.submit(waitForever, { dependsOn: [{ jobId }] });
    await harness.wrote("ready");
    await harness.reached(waiting, "PENDING");
    const told = harness.events.length;
    await harness.stop();
    assert.equal(harness.events.length, told);
    assert.deepEqual(harness.clock.waits, []);
    const [pid] = await harness.output(jobId);
    assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
  });
});
