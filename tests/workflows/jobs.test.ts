import { deepEqual, equal, match } from "node:assert/strict";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

describe("A job", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  it("is recorded before anything acts on it, and says where to follow it", async () => {
    const response = await relay.call("POST", "/jobs", {
      process: "sleep",
      client: "acme",
      parameters: { seconds: 1 },
    });
    const accepted = (await response.json()) as JobAnswer & { links: { self: string } };
    deepEqual(
      [response.status, response.headers.get("location"), response.headers.get("retry-after")],
      [202, `/v1/jobs/${accepted.jobId}`, "2"],
    );
    deepEqual([accepted.status, accepted.links], ["SUBMITTED", { self: `/v1/jobs/${accepted.jobId}` }]);
    const job = await relay.jobThatIs("SUCCEEDED", accepted.jobId);
    deepEqual(job.result, { sleep: { slept: 1 } });
    deepEqual(job.steps, { sleep: { status: "SUCCEEDED" } });
  });

  it("fails with what its function threw, after no more tries than are of use", async () => {
    const jobId = await relay.submit("unchecked", { seconds: "soon" });
    const { error, steps } = await relay.jobThatIs("FAILED", jobId);
    deepEqual(error, {
      code: "PermanentFailure",
      message: 'seconds is "soon"; it must be a number that is not negative',
      step: "sleep",
    });
    equal(steps["sleep"]?.status, "FAILED");
    const [event] = await relay.notificationsOf(jobId);
    equal(event?.type, "jobrelay.job.failed");
  });

  it("is CANCELLED when its execution is stopped from outside", async () => {
    const jobId = await relay.submit("settlement");
    const job = (await relay.jobThatIs("WAITING", jobId)) as JobAnswer & { executionArn: string };
    await relay.sfn.send(
      new StopExecutionCommand({ executionArn: job.executionArn, error: "Operator", cause: "a mistake" }),
    );
    const { error } = await relay.jobThatIs("CANCELLED", jobId);
    deepEqual(error, { code: "Operator", message: "a mistake" });
    const [event] = await relay.notificationsOf(jobId);
    equal(event?.type, "jobrelay.job.cancelled");
  });

  it("is one of twenty that run at the same time, each told of once", async () => {
    const jobIds = await Promise.all(Array.from({ length: 20 }, () => relay.submit("sleep", { seconds: 1 })));
    await Promise.all(jobIds.map((jobId) => relay.jobThatIs("SUCCEEDED", jobId)));
    const counts = [];
    for (const jobId of jobIds) counts.push((await relay.notificationsOf(jobId)).length);
    deepEqual(
      counts,
      Array.from({ length: 20 }, () => 1),
    );
  }).timeout(40_000);

  it("has an id that sorts by time", async () => {
    const first = await relay.submit("sleep", { seconds: 1 });
    const second = await relay.submit("sleep", { seconds: 1 });
    equal(first < second, true);
    match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
