import { deepEqual, equal, ok } from "node:assert/strict";
import {
  BatchClient,
  DescribeJobsCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from "@aws-sdk/client-batch";
import { DescribeExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

interface ContainerJob extends JobAnswer {
  readonly executionArn: string;
}

/** What a container shows of itself on its job's step. */
interface Shown {
  readonly status: string;
  readonly batchJobId: string;
}

describe("Cancelling a job with a container", () => {
  let relay: Relay;
  let batch: BatchClient;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    batch = new BatchClient(relay.clientConfig);
  });
  after(() => batch.destroy());

  const shownOn = ({ steps }: JobAnswer) => steps["batch"]?.detail as unknown as Shown | undefined;
  const jobWhose = (jobId: string, status: string) =>
    relay.eventually(`a container of ${jobId} that is ${status}`, async () => {
      const job = (await relay.job(jobId)) as ContainerJob;
      return shownOn(job)?.status === status ? job : undefined;
    });
  const stop = ({ executionArn }: ContainerJob) => relay.sfn.send(new StopExecutionCommand({ executionArn }));
  const containerOf = async (job: JobAnswer) => {
    const batchJobId = shownOn(job)?.batchJobId ?? "";
    const { jobs = [] } = await batch.send(new DescribeJobsCommand({ jobs: [batchJobId] }));
    return jobs[0];
  };
  const endedContainerOf = (job: JobAnswer) =>
    relay.eventually(`the end of the container of ${job.jobId}`, async () => {
      const container = await containerOf(job);
      return container?.status === "SUCCEEDED" || container?.status === "FAILED" ? container : undefined;
    });

  /** A container that was submitted straight to the queue, and needs all that there is. */
  const occupyAll = async (): Promise<string> => {
    const { jobId = "" } = await batch.send(
      new SubmitJobCommand({
        jobName: "occupies-all",
        jobQueue: String(relay.cloud.outputs["jobQueueArn"]),
        jobDefinition: await relay.definitionName("batch-patient-batch"),
        containerOverrides: {
          resourceRequirements: [
            { type: "VCPU", value: "2" },
            { type: "MEMORY", value: "4096" },
          ],
        },
      }),
    );
    await relay.eventually("a container that occupies all", async () => {
      const { jobs = [] } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
      return jobs[0]?.status === "RUNNING" ? true : undefined;
    });
    return jobId;
  };

  it("takes a container that waits for its turn out of the queue, and it never runs", async () => {
    const ahead = await occupyAll();
    const job = await jobWhose(await relay.submit("patient"), "RUNNABLE");
    await stop(job);
    const cancelled = await relay.jobThatIs("CANCELLED", job.jobId);
    equal(cancelled.error?.message, "The execution was stopped.");
    const container = await endedContainerOf(job);
    deepEqual([container.status, container.attempts], ["FAILED", []]);
    equal((await relay.notificationsOf(job.jobId)).length, 1);
    await batch.send(new TerminateJobCommand({ jobId: ahead, reason: "enough" }));
    await relay.jobThatIs("CANCELLED", ahead);
  });

  it("ends a container that runs", async () => {
    const job = await jobWhose(await relay.submit("patient"), "RUNNING");
    await stop(job);
    await relay.jobThatIs("CANCELLED", job.jobId);
    equal((await endedContainerOf(job)).status, "FAILED");
  });

  /** Moments at the end of a container's life, from when it does its last work to when its workflow knows. */
  const moments: [moment: string, comes: (job: ContainerJob) => Promise<unknown>][] = [
    [
      "has written its output",
      ({ jobId }) => relay.read(`outputs/${jobId}/output.json`, String(relay.cloud.outputs["outputsBucket"])),
    ],
    ["has ended", async (job) => ((await containerOf(job))?.status === "SUCCEEDED" ? true : undefined)],
    [
      "has been heard of",
      async ({ executionArn }) => {
        const { status } = await relay.sfn.send(new DescribeExecutionCommand({ executionArn }));
        return status === "SUCCEEDED" ? true : undefined;
      },
    ],
  ];
  for (const [moment, comes] of moments) {
    it(`just as it ${moment} ends the job once, one way or the other`, async () => {
      const jobId = await relay.submit("container");
      const started = await relay.eventually("its execution", async () => {
        const job = (await relay.job(jobId)) as ContainerJob;
        return job.executionArn && shownOn(job) ? job : undefined;
      });
      await relay.eventually(`the container ${moment}`, () => comes(started));
      await stop(started);
      const ended = await relay.eventually(`the end of ${jobId}`, async () => {
        const job = await relay.job(jobId);
        return ["SUCCEEDED", "CANCELLED"].includes(job.status) ? job : undefined;
      });
      equal(ended.result === undefined, ended.status === "CANCELLED");
      equal(ended.error === undefined, ended.status === "SUCCEEDED");
      await endedContainerOf(started);
      const events = await relay.notificationsOf(jobId);
      deepEqual(
        events.map(({ type }) => type),
        [`jobrelay.job.${ended.status.toLowerCase()}`],
      );
      // What is reported afterwards, such as the container's end, changes nothing.
      const { status: stillShown } = await jobWhoseContainerIsShownEnded(jobId);
      equal(stillShown, ended.status);
    });
  }
  const jobWhoseContainerIsShownEnded = (jobId: string) =>
    relay.eventually(`the container's end on ${jobId}`, async () => {
      const job = await relay.job(jobId);
      return ["SUCCEEDED", "FAILED"].includes(shownOn(job)?.status ?? "") ? job : undefined;
    });

  it("can be done through Batch too: the job fails, with the reason that was given", async () => {
    const job = await jobWhose(await relay.submit("patient"), "RUNNING");
    const reason = "no longer needed";
    await batch.send(new TerminateJobCommand({ jobId: shownOn(job)?.batchJobId, reason }));
    const { error } = await relay.jobThatIs("FAILED", job.jobId);
    ok(error?.message.includes(reason), error?.message);
  });
});
