import { deepEqual, equal, match } from "node:assert/strict";
import { BatchClient, SubmitJobCommand } from "@aws-sdk/client-batch";
import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import type { Json } from "../../functions/lib/job";
import { hasSigningCurl, submitByCurl } from "../helpers/curl";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

interface ContainerDetail {
  readonly status: string;
  readonly batchJobId: string;
  readonly exitCode?: number;
  readonly attempts?: number;
  readonly log?: string;
}

describe("A job with a container", () => {
  let relay: Relay;
  let batch: BatchClient;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    batch = new BatchClient(relay.clientConfig);
  });
  after(() => batch.destroy());

  const detailOf = ({ steps }: JobAnswer, step = "batch") =>
    steps[step]?.detail as unknown as ContainerDetail | undefined;
  const outputOf = async (jobId: string) => {
    const text = await relay.read(
      `outputs/${jobId}/output.json`,
      String(relay.cloud.outputs["outputsBucket"]),
    );
    return JSON.parse(text ?? "null") as Json;
  };

  it("succeeds when the container does, and leaves its output under its id", async () => {
    const jobId = await relay.submit("container", { date: "2018-08-31" });
    const job = await relay.jobThatIs("SUCCEEDED", jobId);
    const { batchJobId, ...result } = (job.result as unknown as { batch: ContainerDetail }).batch;
    deepEqual(result, { exitCode: 0, attempts: 1 });
    deepEqual(await outputOf(jobId), { date: "2018-08-31", jobId });
    const shown = await relay.eventually("the container's end on the job", async () => {
      const detail = detailOf(await relay.job(jobId));
      return detail?.status === "SUCCEEDED" ? detail : undefined;
    });
    deepEqual([shown.batchJobId, shown.exitCode], [batchJobId, 0]);
    match(
      shown.log ?? "",
      /^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=us-east-1#logsV2:/,
    );
  });

  it("costs at most four transitions, however long its container takes", async () => {
    const jobId = await relay.submit("container");
    await relay.jobThatIs("SUCCEEDED", jobId);
    const { executionArn } = (await relay.job(jobId)) as JobAnswer & { executionArn: string };
    const { events = [] } = await relay.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    deepEqual(entered, ["batch", "RecordSuccess"]);
  });

  it("fails with the container's exit code and reason", async () => {
    const jobId = await relay.submit("container", { code: 3 });
    const { error, steps } = await relay.jobThatIs("FAILED", jobId);
    deepEqual([error?.step, steps["batch"]?.status], ["batch", "FAILED"]);
    match(error?.message ?? "", /^exit code 3: .*[Ee]ssential container/);
    equal((await relay.notificationsOf(jobId)).length, 1);
  });

  it("fails with a clear cause when the command does not exist", async () => {
    const { error } = await relay.jobThatIs("FAILED", await relay.submit("missing"));
    match(error?.message ?? "", /^exit code 127: .*no-such-program/);
  });

  it("goes on to a hand-off after the container", async () => {
    const jobId = await relay.submit("forecast-and-approve");
    await relay.jobThatIs("WAITING", jobId);
    const text = await relay.eventually("data.json", () => relay.read(`outbound/${jobId}/data.json`));
    const data = JSON.parse(text) as { results: { forecast: { exitCode: number } } };
    equal(data.results.forecast.exitCode, 0);
    await relay.drop(`inbound/${jobId}/success.json`, '{"approved":true}');
    await relay.jobThatIs("SUCCEEDED", jobId);
  });

  it("is started by a notifier that was built for Batch, and gets Batch's answer", async () => {
    const sample = {
      jobName: "forecast-energy-job",
      jobQueue: "hourly-forecast-energy-01",
      jobDefinition: "job-definition",
    };
    const response = await relay.call("POST", "/v1/submitjob", sample);
    const answer = (await response.json()) as Record<string, string>;
    const jobId = answer["jobId"] ?? "";
    deepEqual(
      [response.status, answer],
      [
        200,
        {
          jobArn: `arn:aws:batch:us-east-1:000000000000:job/${jobId}`,
          jobName: "forecast-energy-job",
          jobId,
        },
      ],
    );
    await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual(await outputOf(jobId), { jobId });
  });

  it("is started once by a notifier that asks twice with the same key", async () => {
    const sample = {
      jobName: "x",
      jobQueue: "hourly-forecast-energy-01",
      jobDefinition: "sleep",
      parameters: { seconds: 1 },
    };
    const headers = { "Idempotency-Key": "hourly-1" };
    const answers = [];
    for (let time = 0; time < 2; time++) {
      answers.push(await (await relay.call("POST", "/v1/submitjob", sample, headers)).json());
    }
    deepEqual(answers[1], answers[0]);
  });

  const refused: [title: string, change: object, status: number, pointer: string][] = [
    ["a job definition that is not in the catalogue", { jobDefinition: "nothing" }, 422, "/jobDefinition"],
    ["a queue that is not ours", { jobQueue: "someone-elses" }, 422, "/jobQueue"],
    ["a name that Batch would not take", { jobName: "a b" }, 400, "/jobName"],
    [
      "overrides, which the catalogue does not know of",
      { containerOverrides: {} },
      400,
      "/containerOverrides",
    ],
    [
      "parameters of the wrong type",
      { jobDefinition: "sleep", parameters: { seconds: "1" } },
      422,
      "/parameters/seconds",
    ],
  ];
  for (const [title, change, status, pointer] of refused) {
    it(`is not started with ${title}`, async () => {
      const sample = {
        jobName: "x",
        jobQueue: "hourly-forecast-energy-01",
        jobDefinition: "container",
        ...change,
      };
      const response = await relay.call("POST", "/v1/submitjob", sample);
      const problem = (await response.json()) as { errors: { pointer: string }[] };
      deepEqual([response.status, problem.errors.map((error) => error.pointer)], [status, [pointer]]);
    });
  }

  it("is made of what another client than an SDK has signed", async function () {
    if (!hasSigningCurl()) return this.skip();
    const submission = {
      jobName: "forecast-energy-job",
      jobQueue: String(relay.cloud.outputs["jobQueueArn"]),
      jobDefinition: await relay.definitionName("batch-container-batch"),
    };
    const { jobId = "" } = await submitByCurl(relay, submission);
    await relay.jobThatIs("SUCCEEDED", jobId);
    const refused = await submitByCurl(relay, submission, "not-the-key");
    match(refused.message ?? "", /signature we calculated does not match/);
  });

  it("is made of a container that was submitted straight to the queue, and told of like any other", async () => {
    const name = await relay.definitionName("batch-container-batch");
    const { jobId = "" } = await batch.send(
      new SubmitJobCommand({
        jobName: "forecast-energy-job",
        jobQueue: String(relay.cloud.outputs["jobQueueArn"]),
        jobDefinition: name,
        parameters: { date: "2026-01-01" },
      }),
    );
    const job = (await relay.jobThatIs("SUCCEEDED", jobId)) as JobAnswer & {
      source: string;
      process: string;
    };
    deepEqual([job.source, job.process, job.result], ["batch", "container", { batch: { exitCode: 0 } }]);
    deepEqual(await outputOf(jobId), {});
    const [event, ...others] = await relay.notificationsOf(jobId);
    deepEqual([event?.type, others], ["jobrelay.job.succeeded", []]);
  });
});
