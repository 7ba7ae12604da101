import assert from "node:assert/strict";
import { arnPrefix, BatchHarness, requestOf } from "../helpers/batch";

describe("An operation of the local Batch", () => {
  const { service } = new BatchHarness().batch;

  for (const [path, body, expected] of [
    [
      "/v1/submitjob",
      { jobName: "a", jobQueue: "jobs", jobDefinition: "apost" },
      [
        ["batch:SubmitJob", `${arnPrefix}:job-queue/jobs`],
        ["batch:SubmitJob", `${arnPrefix}:job-definition/apost`],
      ],
    ],
    [
      "/v1/submitjob",
      { jobQueue: `${arnPrefix}:job-queue/jobs`, jobDefinition: "apost:3", tags: { a: "1" } },
      [
        ["batch:SubmitJob", `${arnPrefix}:job-queue/jobs`],
        ["batch:SubmitJob", `${arnPrefix}:job-definition/apost:3`],
        ["batch:TagResource", `${arnPrefix}:job/*`],
      ],
    ],
    ["/v1/canceljob", { jobId: "1" }, [["batch:CancelJob", `${arnPrefix}:job/1`]]],
    ["/v1/terminatejob", { jobId: "1:0" }, [["batch:TerminateJob", `${arnPrefix}:job/1:0`]]],
    ["/v1/describejobs", { jobs: ["1"] }, [["batch:DescribeJobs", "*"]]],
    ["/v1/listjobs", { jobQueue: "jobs" }, [["batch:ListJobs", "*"]]],
    ["/v1/describejobqueues", {}, [["batch:DescribeJobQueues", "*"]]],
    [
      `/v1/tags/${encodeURIComponent(`${arnPrefix}:job/1`)}`,
      { tags: { a: "1" } },
      [["batch:TagResource", `${arnPrefix}:job/1`]],
    ],
    ["/v1/other", {}, []],
  ] as const) {
    it(`needs ${JSON.stringify(expected)} for ${path}`, () => {
      const needed = service.requiredPermissions(requestOf(path, body));
      assert.deepEqual(
        needed.map(({ action, resource }) => [action, resource]),
        expected,
      );
    });
  }
});
