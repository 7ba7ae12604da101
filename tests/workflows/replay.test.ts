import { deepEqual } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { ReplayBench } from "../helpers/replayBench";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

interface ReplayedJob extends JobAnswer {
  readonly redriveCount?: number;
  readonly executionArn?: string;
}

describe("A replay of the archive", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  /** Replays the second in which a job ended, and no more. */
  const replayEndOf = async (jobId: string): Promise<void> => {
    const [event] = await relay.notificationsOf(jobId);
    const time = Date.parse(event?.time ?? "");
    const at = (milliseconds: number) => new Date(milliseconds).toISOString();
    const bench = ReplayBench.on(relay);
    await bench.replay(`replay-${randomUUID()}`, at(time), at(time + 1000));
    bench.close();
  };
  const redriven = (jobId: string) =>
    relay.eventually(`a redrive of ${jobId}`, async () => {
      const job = (await relay.job(jobId)) as ReplayedJob;
      return job.redriveCount === undefined ? undefined : job;
    });

  it("redrives a job that ran out of time, and does nothing to it once it has succeeded", async () => {
    const jobId = await relay.submit("brief");
    await relay.jobThatIs("TIMED_OUT", jobId);
    await relay.drop(`inbound/${jobId}/success.json`, '{"late":true}');
    await relay.eventually("the late answer", async () =>
      (await relay.job(jobId)).lateAnswers ? true : undefined,
    );
    await replayEndOf(jobId);
    const job = (await relay.jobThatIs("SUCCEEDED", jobId)) as ReplayedJob;
    deepEqual([job.result, job.redriveCount], [{ approval: { late: true } }, 1]);
    await replayEndOf(jobId);
    deepEqual(await relay.job(jobId), job);
  });

  it("begins a job anew whose workflow is another by now", async () => {
    const jobId = await relay.submit("unchecked", { seconds: "none" });
    await relay.jobThatIs("FAILED", jobId);
    await relay.setRevision(jobId, "before");
    await replayEndOf(jobId);
    const { executionArn = "" } = await redriven(jobId);
    deepEqual(executionArn.split(":").at(-1), `${jobId}-r1`);
  });

  it("has an output fetched again that could not be had", async () => {
    const jobId = await relay.egressOf("not-there-before-the-replay");
    await relay.jobThatIs("FAILED", jobId);
    relay.platform.put("not-there-before-the-replay", "now it is");
    await replayEndOf(jobId);
    await relay.jobThatIs("SUCCEEDED", jobId);
  });
});
