import { deepEqual, equal, match } from "node:assert/strict";
import { BatchClient, DescribeJobsCommand, SubmitJobCommand } from "@aws-sdk/client-batch";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

interface StartedJob extends JobAnswer {
  readonly executionArn: string;
}

describe("Cancelling a job through the API", () => {
  let relay: Relay;
  let batch: BatchClient;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    batch = new BatchClient(relay.clientConfig);
  });
  after(() => batch.destroy());

  const cancel = async (jobId: string) => {
    const response = await relay.call("POST", `/jobs/${jobId}/cancel`);
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const endOfExecution = ({ executionArn }: StartedJob) =>
    relay.eventually("the end of the execution", async () => {
      const { status, cause } = await relay.sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === "RUNNING" ? undefined : [status, cause];
    });

  it("ends its execution and its hand-off, and a callback afterwards changes nothing", async () => {
    const jobId = await relay.submit("settlement");
    const waiting = (await relay.jobThatIs("WAITING", jobId)) as StartedJob;
    const { status, answer } = await cancel(jobId);
    deepEqual([status, answer], [202, { jobId, status: "CANCELLED", links: { self: `/v1/jobs/${jobId}` } }]);
    const [executionStatus, cause] = await endOfExecution(waiting);
    equal(executionStatus, "ABORTED");
    match(String(cause), /^Cancelled by arn:aws:sts::000000000000:assumed-role\//);
    const job = await relay.job(jobId);
    deepEqual(
      [job.status, job.steps["approval"]?.status, job.error?.code],
      ["CANCELLED", "CANCELLED", "Cancelled"],
    );
    await relay.drop(`inbound/${jobId}/success.json`, "{}");
    const late = await relay.eventually("the late answer", async () => {
      const now = await relay.job(jobId);
      return now.lateAnswers?.length ? now : undefined;
    });
    equal(late.status, "CANCELLED");
    const events = await relay.notificationsOf(jobId);
    deepEqual(
      events.map(({ type }) => type),
      ["jobrelay.job.cancelled"],
    );
  });

  it("ends its container", async () => {
    const jobId = await relay.submit("patient");
    const batchJobId = await relay.eventually("a running container", async () => {
      const detail = (await relay.job(jobId)).steps["batch"]?.detail as
        { status: string; batchJobId: string } | undefined;
      return detail?.status === "RUNNING" ? detail.batchJobId : undefined;
    });
    equal((await cancel(jobId)).status, 202);
    await relay.eventually("the end of the container", async () => {
      const { jobs = [] } = await batch.send(new DescribeJobsCommand({ jobs: [batchJobId] }));
      return jobs[0]?.status === "FAILED" ? true : undefined;
    });
    await relay.jobThatIs("CANCELLED", jobId);
  });

  it("ends a container that was submitted straight to the queue", async () => {
    const { jobId = "" } = await batch.send(
      new SubmitJobCommand({
        jobName: "direct",
        jobQueue: String(relay.cloud.outputs["jobQueueArn"]),
        jobDefinition: await relay.definitionName("batch-patient-batch"),
      }),
    );
    await relay.jobThatIs("RUNNING", jobId);
    equal((await cancel(jobId)).status, 202);
    await relay.jobThatIs("CANCELLED", jobId);
    await relay.eventually("the end of the container", async () => {
      const { jobs = [] } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
      return jobs[0]?.status === "FAILED" ? true : undefined;
    });
    equal((await relay.job(jobId)).status, "CANCELLED");
  });

  it("of a job that has ended is refused, and says how it ended", async () => {
    const jobId = await relay.submit("unchecked", { seconds: 0 });
    await relay.jobThatIs("SUCCEEDED", jobId);
    const { status, answer } = await cancel(jobId);
    deepEqual(
      [status, answer["detail"]],
      [409, "The job is SUCCEEDED. Only a job that has not ended can be cancelled."],
    );
  });

  it("of a job that there is not is refused", async () => {
    const { status, answer } = await cancel("no-such-job");
    deepEqual([status, answer["detail"]], [404, 'There is no job "no-such-job".']);
  });

  it("can be asked for by two at once: one of them may hear that it was done already", async () => {
    const jobId = await relay.submit("settlement");
    await relay.jobThatIs("WAITING", jobId);
    const answers = await Promise.all([cancel(jobId), cancel(jobId), cancel(jobId)]);
    equal(
      answers.every(({ status }) => status === 202 || status === 409),
      true,
    );
    equal((await relay.notificationsOf(jobId)).length, 1);
  });
});
