import assert from "node:assert/strict";
import { SubmitJobCommand, type SubmitJobCommandInput } from "@aws-sdk/client-batch";
import { arnPrefix, BatchHarness, definitionOf } from "../helpers/batch";

const unknownJob = "00000000-0000-0000-0000-000000000000";

describe("SubmitJob of the local Batch", () => {
  let harness: BatchHarness;

  beforeEach(() => {
    harness = new BatchHarness();
    harness.batch.registerJobDefinition(definitionOf(["true"]));
  });

  afterEach(() => harness.stop());

  for (const jobDefinition of [
    "apost",
    "apost:1",
    `${arnPrefix}:job-definition/apost`,
    `${arnPrefix}:job-definition/apost:1`,
  ]) {
    it(`submits a job of ${jobDefinition}`, async () => {
      const revised = jobDefinition.endsWith(":1") ? 1 : 2;
      harness.batch.registerJobDefinition(definitionOf(["true"]));
      const jobQueue = `${arnPrefix}:job-queue/jobs`;
      const input = { jobName: "job_1-a", jobQueue, jobDefinition };
      const { jobId = "", jobArn, jobName } = await harness.client.send(new SubmitJobCommand(input));
      assert.deepEqual([jobArn, jobName], [`${arnPrefix}:job/${jobId}`, "job_1-a"]);
      assert.equal(
        (await harness.ended(jobId)).jobDefinition,
        `${arnPrefix}:job-definition/apost:${revised}`,
      );
    });
  }

  for (const [input, message] of [
    [{ jobName: "a job" }, "Job name should match valid pattern"],
    [{ jobName: "-job" }, "Job name should match valid pattern"],
    [{ jobName: "j".repeat(129) }, "Job name should match valid pattern"],
    [{ jobQueue: "other" }, "JobQueue other not found."],
    [{ jobQueue: "closed" }, "JobQueue closed is DISABLED and does not accept jobs."],
    [{ jobDefinition: "other" }, "JobDefinition name other does not exist or is not in ACTIVE status"],
    [{ jobDefinition: "apost:2" }, "JobDefinition name apost:2 does not exist or is not in ACTIVE status"],
    [
      { jobDefinition: `${arnPrefix}:job-definition/apost:7` },
      `JobDefinition ${arnPrefix}:job-definition/apost:7 not found.`,
    ],
    [
      { timeout: { attemptDurationSeconds: 59 } },
      "attemptDurationSeconds must be between 60 and 2147483647, and is 59.",
    ],
    [{ arrayProperties: { size: 1 } }, "size must be between 2 and 10000, and is 1."],
    [{ dependsOn: [{ jobId: unknownJob }] }, `Job ${unknownJob} in dependsOn not found.`],
    [{ dependsOn: [{ type: "SEQUENTIAL" }] }, "A dependency of type SEQUENTIAL is for array jobs only."],
    [{ dependsOn: Array(21).fill({ jobId: unknownJob }) }, "A job can depend on at most 20 jobs."],
    [
      { containerOverrides: { environment: [{ name: "AWS_BATCH_JOB_ID", value: "mine" }] } },
      'Environment variables cannot start with "AWS_BATCH": AWS_BATCH_JOB_ID',
    ],
    [
      { containerOverrides: { resourceRequirements: [{ type: "MEMORY", value: "256" }] } },
      "Fargate resource requirements (0.25 vCPU, 256 MiB) not valid.",
    ],
  ] satisfies [Partial<SubmitJobCommandInput>, string][]) {
    it(`refuses ${JSON.stringify(input).slice(0, 90)}`, async () => {
      harness.batch.createJobQueue({
        jobQueueName: "closed",
        state: "DISABLED",
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: "fargate" }],
      });
      await assert.rejects(harness.submitDefined(input), { name: "ClientException", message });
      assert.deepEqual(harness.events, []);
    });
  }
});
