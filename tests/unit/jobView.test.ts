import { deepEqual, equal, throws } from "node:assert/strict";
import { jobEvent, subjectLine } from "../../functions/lib/cloudEvent";
import type { JobRecord } from "../../functions/lib/job";
import { describeJobError } from "../../functions/lib/jobError";
import { jobView } from "../../functions/lib/jobView";
import { aJob } from "../helpers/jobs";

describe("A job's error", () => {
  const errors: [title: string, cause: string | undefined, message: string][] = [
    ["plain text", "over the limit", "over the limit"],
    ["no cause", undefined, "Failed"],
    ["what Step Functions caught", '{"Error":"Failed","Cause":"over the limit"}', "over the limit"],
    [
      "what Lambda said of a thrown error, as Step Functions caught it",
      JSON.stringify({
        Error: "Failed",
        Cause: JSON.stringify({ errorType: "Failed", errorMessage: "no such file" }),
      }),
      "no such file",
    ],
    ["a caught error without a cause", '{"Error":"Failed"}', '{"Error":"Failed"}'],
    ["text that looks like JSON", "{oops", "{oops"],
  ];
  for (const [title, cause, message] of errors) {
    it(`is made readable: ${title}`, () => {
      const error = { code: "Failed", step: "s", ...(cause === undefined ? {} : { cause }) };
      deepEqual(describeJobError(error), { code: "Failed", message, step: "s" });
    });
  }
});

describe("A job as callers see it", () => {
  const job: JobRecord = aJob({
    status: "SUCCEEDED",
    handoff: {
      step: "approval",
      token: "secret",
      requestedAt: "2026-01-01T00:00:01.000Z",
      attempt: 0,
      deadline: "2026-01-02T00:00:01.000Z",
      folder: "j1/",
    },
    result: '{"approval":{"approved":true}}',
    payloadHash: "hash",
  });

  it("has everything but the token, the hash of what was sent and the time of expiry", () => {
    deepEqual(jobView(job, "/v1/jobs/j1"), {
      jobId: "j1",
      process: "settlement",
      status: "SUCCEEDED",
      parameters: {},
      source: "api",
      requestedBy: "arn:aws:iam::000000000000:user/ann",
      createdAt: "2026-01-01T00:00:00.000Z",
      updatedAt: "2026-01-01T00:00:02.000Z",
      steps: {},
      handoff: {
        step: "approval",
        requestedAt: "2026-01-01T00:00:01.000Z",
        attempt: 0,
        deadline: "2026-01-02T00:00:01.000Z",
        folder: "j1/",
      },
      result: { approval: { approved: true } },
      links: { self: "/v1/jobs/j1" },
    });
  });

  it("has links to its outputs, and nothing of how egress keeps account of them", () => {
    const outputs = {
      links: [
        {
          name: "a.csv",
          bytes: 3,
          url: "https://bucket.s3.amazonaws.com/outputs/j1/a.csv?X-Amz-Signature=1",
        },
      ],
      expiresAt: "2026-01-01T00:15:00.000Z",
      more: true,
    } as const;
    const kept = {
      outputs: { prefix: "outputs/j1/", objects: 1, bytes: 3, copiedAt: "2026-01-01T00:00:03.000Z" },
      delivery: { uploadId: "u", key: "k", partBytes: 8, bytes: 8, crc32: 1, validator: '"1"' },
    };
    const plain = jobView(job, "/v1/jobs/j1");
    deepEqual(jobView({ ...job, ...kept }, "/v1/jobs/j1"), plain);
    deepEqual(jobView({ ...job, ...kept }, "/v1/jobs/j1", { outputs }), { ...(plain as object), outputs });
  });

  it("never shows the token", () => {
    equal(JSON.stringify(jobView(job, "/")).includes("secret"), false);
  });
});

describe("A notification", () => {
  it("is a CloudEvent that says how the job ended", () => {
    const job = aJob({
      status: "TIMED_OUT",
      client: "acme",
      error: { code: "States.Timeout", cause: "late", step: "approval" },
    });
    deepEqual(jobEvent(job), {
      specversion: "1.0",
      id: "j1/TIMED_OUT/2026-01-01T00:00:02.000Z",
      source: "/jobrelay/settlement",
      type: "jobrelay.job.timed_out",
      subject: "j1",
      time: "2026-01-01T00:00:02.000Z",
      datacontenttype: "application/json",
      data: {
        jobId: "j1",
        process: "settlement",
        client: "acme",
        status: "TIMED_OUT",
        requestedBy: "arn:aws:iam::000000000000:user/ann",
        createdAt: "2026-01-01T00:00:00.000Z",
        endedAt: "2026-01-01T00:00:02.000Z",
        error: { code: "States.Timeout", message: "late", step: "approval" },
      },
    });
  });

  it("is not made for a job that is still open", () => {
    throws(() => jobEvent(aJob({ status: "WAITING" })), /j1 is WAITING, which is no end/);
  });

  it("has a subject that SNS takes, whatever the client is called", () => {
    equal(
      subjectLine(aJob({ status: "FAILED", client: "Zoë\nLtd" })),
      "Job settlement for Zo??Ltd FAILED (j1)",
    );
    equal(
      subjectLine(aJob({ status: "FAILED", client: "x".repeat(200) })),
      `Job settlement for ${"x".repeat(68)} FAILED (j1)`,
    );
  });
});
