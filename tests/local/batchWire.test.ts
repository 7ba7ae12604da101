import assert from "node:assert/strict";
import {
  CancelJobCommand,
  ListJobsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  TerminateJobCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-batch";
import { AwsError } from "../../local/services/service";
import { arnPrefix, BatchHarness, definitionOf, requestOf, waitForever } from "../helpers/batch";

const unknownJob = "00000000-0000-0000-0000-000000000000";

describe("The local Batch on the wire", () => {
  let harness: BatchHarness;

  beforeEach(() => {
    harness = new BatchHarness();
    harness.batch.registerJobDefinition(definitionOf(["true"]));
  });

  afterEach(() => harness.stop());

  it("answers an error as Batch does", async () => {
    const { status, headers, body } = await harness.batch.service.handle(
      requestOf("/v1/terminatejob", { jobId: unknownJob, reason: "none" }),
    );
    assert.deepEqual(
      [status, headers["x-amzn-errortype"], headers["content-type"], JSON.parse(String(body))],
      [400, "ClientException", "application/json", { message: `Job ${unknownJob} not found.` }],
    );
    const denial = new AwsError("AccessDeniedException", "no", 403);
    const denied = harness.batch.service.renderError(denial, requestOf("/v1/submitjob", {}));
    assert.deepEqual([denied.status, denied.body], [403, '{"Message":"no"}']);
  });

  for (const [path, body, code, status] of [
    ["/v1/submitjob", "[]", "SerializationException", 400],
    ["/v1/submitjob", "{", "SerializationException", 400],
    ["/v1/submitjob", '{"jobName": 1}', "SerializationException", 400],
    ["/v1/submitjob", "{}", "ClientException", 400],
    ["/v1/submitservicejob", "{}", "UnknownOperationException", 404],
    ["/v1/tags/%zz", "{}", "ClientException", 400],
  ] as const) {
    it(`answers ${code} to ${path} with ${body}`, async () => {
      const answer = await harness.batch.service.handle(requestOf(path, body));
      assert.deepEqual([answer.status, answer.headers["x-amzn-errortype"]], [status, code]);
    });
  }

  it("lists jobs of a queue by status, newest first and page by page", async () => {
    const first = await harness.submit(waitForever);
    const second = await harness.submitDefined({ jobName: "Other" });
    await Promise.all([first, second].map((jobId) => harness.reached(jobId, "RUNNING")));
    const list = async (input: object) => {
      const command = new ListJobsCommand({ jobQueue: "jobs", ...input });
      const { jobSummaryList = [], nextToken } = await harness.client.send(command);
      return { jobs: jobSummaryList, nextToken };
    };
    const { jobs, nextToken } = await list({ maxResults: 1 });
    assert.deepEqual(jobs, [
      {
        jobArn: `${arnPrefix}:job/${second}`,
        jobId: second,
        jobName: "Other",
        createdAt: harness.clock.now(),
        status: "RUNNING",
        startedAt: harness.clock.now(),
        container: {},
        jobDefinition: `${arnPrefix}:job-definition/apost:2`,
      },
    ]);
    const ids = async (input: object) => (await list(input)).jobs.map((job) => job.jobId);
    assert.deepEqual(await ids({ maxResults: 1, nextToken }), [first]);
    assert.deepEqual(await ids({ jobStatus: "SUCCEEDED" }), []);
    assert.deepEqual(await ids({ filters: [{ name: "JOB_NAME", values: ["other"] }] }), [second]);
    assert.deepEqual(await ids({ filters: [{ name: "JOB_DEFINITION", values: ["apo*"] }] }), [second, first]);
    await assert.rejects(ids({ jobQueue: "other" }), { message: "JobQueue other not found." });
  });

  it("tags a resource and takes tags away", async () => {
    const resourceArn = `${arnPrefix}:job-queue/jobs`;
    const tags = async () =>
      (await harness.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
    await harness.client.send(new TagResourceCommand({ resourceArn, tags: { a: "1", b: "2" } }));
    assert.deepEqual(await tags(), { a: "1", b: "2" });
    await harness.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a", "c"] }));
    assert.deepEqual(await tags(), { b: "2" });
  });

  it("refuses to end a job that is not there", async () => {
    const input = { jobId: unknownJob, reason: "none" };
    for (const command of [new CancelJobCommand(input), new TerminateJobCommand(input)]) {
      await assert.rejects(harness.client.send(command), {
        name: "ClientException",
        message: `Job ${unknownJob} not found.`,
      });
    }
  });
});
