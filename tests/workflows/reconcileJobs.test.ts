import { deepEqual, equal } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { SendTaskSuccessCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { BrokenLinks } from "../helpers/brokenLinks";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";
import { signedInvoke } from "../helpers/signedInvoke";

/** What the operator sees of a job that is waiting. */
type ExecutedJob = JobAnswer & { readonly executionArn: string; readonly updatedAt: string };

describe("Reconciling the jobs of the program", () => {
  let relay: Relay;
  let links: BrokenLinks;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    links = new BrokenLinks(relay);
  });
  after(() => links.close());

  const reconcile = async () =>
    equal(
      await signedInvoke(relay, "reconcile-jobs", { time: new Date().toISOString() }, "RequestResponse"),
      200,
    );
  const waiting = async (process: string) => {
    const jobId = await relay.submit(process);
    const { executionArn } = (await relay.jobThatIs("WAITING", jobId)) as ExecutedJob;
    return { jobId, executionArn };
  };
  /** The types of what was told of a job, once there is something. */
  const toldOf = async (jobId: string) => (await relay.notificationsOf(jobId)).map(({ type }) => type);

  /** Lets two invocations meet, and a third come after them: together they repair the job once. */
  const repaired = async (jobId: string, status: string) => {
    await Promise.all([reconcile(), reconcile()]);
    const job = (await relay.jobThatIs(status, jobId)) as ExecutedJob;
    await toldOf(jobId);
    await reconcile();
    const now = (await relay.job(jobId)) as ExecutedJob;
    deepEqual([now.status, now.updatedAt], [job.status, job.updatedAt]);
    return { job, told: await toldOf(jobId) };
  };

  it("starts a job that nobody started, once", async () => {
    const { told, job } = await repaired(await links.unstarted(), "SUCCEEDED");
    deepEqual([told, job.result], [["jobrelay.job.succeeded"], { sleep: { slept: 0 } }]);
  });

  it("starts the execution of a job that was only marked as started", async () => {
    const { told } = await repaired(await links.halfStarted(), "SUCCEEDED");
    deepEqual(told, ["jobrelay.job.succeeded"]);
  });

  it("ends a job that waits, whose execution was stopped without a word, as the execution ended", async () => {
    const { jobId, executionArn } = await waiting("settlement");
    await links.withoutRule("ended-executions", () =>
      relay.sfn.send(new StopExecutionCommand({ executionArn, error: "Operator", cause: "a mistake" })),
    );
    await links.age(jobId);
    const { job, told } = await repaired(jobId, "CANCELLED");
    deepEqual(job.error, { code: "Operator", message: "a mistake" });
    equal(job.steps["approval"]?.status, "CANCELLED");
    deepEqual(told, ["jobrelay.job.cancelled"]);
  });

  it("carries out a redrive that broke off", async () => {
    const jobId = await relay.submit("brief");
    await relay.jobThatIs("TIMED_OUT", jobId);
    await relay.notificationsOf(jobId);
    await links.halfRedriven(jobId);
    await reconcile();
    await relay.eventually("the second end", async () =>
      (await toldOf(jobId)).length === 2 ? true : undefined,
    );
    const job = (await relay.job(jobId)) as JobAnswer & { redriveCount?: number };
    deepEqual([job.status, job.redriveCount], ["TIMED_OUT", 1]);
  });

  it("sees that a hand-off is over that somebody else ended, and that its execution goes on", async () => {
    const { jobId, executionArn } = await waiting("twice");
    await links.age(jobId, "2026-01-01T00:00:00.000Z");
    await reconcile();
    const { steps } = await relay.jobThatIs("RUNNING", jobId);
    equal(steps["first"]?.status, "RUNNING");
    // An answer is late now; the execution's own next step is not.
    const token = await relay.readAsPartner(`outbound/${jobId}/first/task_token.txt`);
    await relay.sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: "{}" }));
    await relay.jobThatIs("WAITING", jobId);
    await relay.sfn.send(new StopExecutionCommand({ executionArn }));
    await relay.jobThatIs("CANCELLED", jobId);
    deepEqual(await toldOf(jobId), ["jobrelay.job.cancelled"]);
  });

  it("has an output delivered whose message is gone", async () => {
    const id = randomUUID();
    relay.platform.put(id, "bytes");
    const { told } = await repaired(await links.undelivered(id), "SUCCEEDED");
    deepEqual(told, ["jobrelay.job.succeeded"]);
  });

  it("records the end of a container that nobody heard of, and fails one that AWS Batch has forgotten", async () => {
    const [followed, forgotten] = [await links.unfollowed(), await links.forgotten()];
    const { job, told } = await repaired(followed, "SUCCEEDED");
    deepEqual([job.result, told], [{ batch: { exitCode: 0 } }, ["jobrelay.job.succeeded"]]);
    const { error } = await relay.jobThatIs("FAILED", forgotten);
    deepEqual([error?.code, error?.step], ["ContainerUnknown", "batch"]);
    deepEqual(await toldOf(forgotten), ["jobrelay.job.failed"]);
  });
});
