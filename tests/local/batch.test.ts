import assert from "node:assert/strict";
import { homedir } from "node:os";
import { arnPrefix, BatchHarness, definitionOf, executionRoleArn, image, shell } from "../helpers/batch";

describe("A Batch job", () => {
  let harness: BatchHarness;

  beforeEach(() => {
    harness = new BatchHarness({
      environmentFor: (jobRoleArn, jobId) => ({ AWS_ACCESS_KEY_ID: `${jobRoleArn} ${jobId}` }),
    });
  });

  afterEach(() => harness.stop());

  it("goes from SUBMITTED to SUCCEEDED, with an event for each change", async () => {
    const jobId = await harness.submit(shell("echo out; echo err >&2"), { tags: { process: "apost" } });
    assert.equal((await harness.describe(jobId)).status, "SUBMITTED");
    const job = await harness.ended(jobId);
    const now = harness.clock.now();
    const { taskArn = "", logStreamName = "" } = job.container ?? {};
    assert.match(
      taskArn,
      /^arn:aws:ecs:eu-west-1:000000000000:task\/AWSBatch-fargate-[0-9a-f-]{36}\/[0-9a-f]{32}$/,
    );
    assert.equal(logStreamName, `apost/default/${taskArn.split("/").at(-1)}`);
    const state = { taskArn, logStreamName, exitCode: 0, networkInterfaces: [] };
    const statusReason = "Essential container in task exited";
    assert.deepEqual(job, {
      jobArn: `${arnPrefix}:job/${jobId}`,
      jobName: "apost-job",
      jobId,
      jobQueue: `${arnPrefix}:job-queue/jobs`,
      status: "SUCCEEDED",
      attempts: [{ container: state, startedAt: now, stoppedAt: now, statusReason, taskProperties: [] }],
      statusReason,
      createdAt: now,
      retryStrategy: { attempts: 1, evaluateOnExit: [] },
      startedAt: now,
      stoppedAt: now,
      dependsOn: [],
      jobDefinition: `${arnPrefix}:job-definition/apost:1`,
      parameters: {},
      container: {
        image,
        command: ["sh", "-c", "echo out; echo err >&2"],
        executionRoleArn,
        volumes: [],
        environment: [],
        mountPoints: [],
        ulimits: [],
        ...state,
        resourceRequirements: [
          { type: "VCPU", value: "0.25" },
          { type: "MEMORY", value: "512" },
        ],
        secrets: [],
      },
      tags: { process: "apost" },
      propagateTags: false,
      platformCapabilities: ["FARGATE"],
      eksAttempts: [],
      isCancelled: false,
      isTerminated: false,
    });
    assert.deepEqual(harness.statuses(jobId), ["RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"]);
    const { id, ...event } = harness.events.at(-1) ?? assert.fail();
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(event, {
      version: "0",
      "detail-type": "Batch Job State Change",
      source: "aws.batch",
      account: "000000000000",
      time: "2026-03-01T12:00:00Z",
      region: "eu-west-1",
      resources: [`${arnPrefix}:job/${jobId}`],
      detail: { ...job, tags: { resourceArn: `${arnPrefix}:job/${jobId}`, process: "apost" } },
    });
    assert.deepEqual((await harness.output(jobId)).sort(), ["err", "out"]);
    assert.ok(harness.lines.includes("batch apost-job: out"));
  });

  it("sees the environment of a container and nothing of this process's", async () => {
    const jobRoleArn = "arn:aws:iam::000000000000:role/job";
    const environment = [
      { name: "STAGE", value: "dev" },
      { name: "DATE", value: "today" },
    ];
    harness.batch.registerJobDefinition(definitionOf(["env"], {}, { environment, jobRoleArn }));
    const containerOverrides = { environment: [{ name: "DATE", value: "2026-03-01" }] };
    const jobId = await harness.submitDefined({ containerOverrides });
    await harness.ended(jobId);
    const output = await harness.output(jobId);
    const home = output.find((line) => line.startsWith("HOME=")) ?? "";
    assert.notEqual(home, `HOME=${homedir()}`);
    assert.deepEqual(output.sort(), [
      `AWS_ACCESS_KEY_ID=${jobRoleArn} ${jobId}`,
      "AWS_BATCH_CE_NAME=fargate",
      "AWS_BATCH_JOB_ATTEMPT=1",
      `AWS_BATCH_JOB_ID=${jobId}`,
      "AWS_BATCH_JQ_NAME=jobs",
      "DATE=2026-03-01",
      home,
      `PATH=${process.env["PATH"]}`,
      "STAGE=dev",
    ]);
  });

  it("gets its parameters for references, and leaves one without a parameter", async () => {
    const parameters = { date: "yesterday", codec: "flac" };
    harness.batch.registerJobDefinition(
      definitionOf(["echo", "Ref::date", "in:Ref::codec", "Ref::other"], { parameters }),
    );
    const jobId = await harness.submitDefined({ parameters: { date: "2026-03-01" } });
    await harness.ended(jobId);
    assert.deepEqual(await harness.output(jobId), ["2026-03-01 in:flac Ref::other"]);
  });

  it("fails with the exit code of its command", async () => {
    const jobId = await harness.submit(shell("exit 3"));
    const { status, statusReason, container } = await harness.ended(jobId);
    assert.deepEqual(
      [status, statusReason, container?.exitCode],
      ["FAILED", "Essential container in task exited", 3],
    );
  });

  for (const [what, command, exitCode, reason] of [
    ["is not there", ["no-such-program"], 127, 'exec: "no-such-program": executable file not found in $PATH'],
    ["is no program", ["/etc/passwd"], 126, 'exec: "/etc/passwd": permission denied'],
    ["is the image's own", [], 127, "the image's own command can only be run where there is Docker"],
  ] as const) {
    it(`fails without running when its command ${what}`, async () => {
      const jobId = await harness.submit(command);
      const { statusReason, container, startedAt } = await harness.ended(jobId);
      assert.deepEqual(harness.statuses(jobId), ["RUNNABLE", "STARTING", "FAILED"]);
      assert.deepEqual(
        [statusReason, container?.exitCode, container?.reason, startedAt],
        ["Task failed to start", exitCode, `CannotStartContainerError: ${reason}`, undefined],
      );
    });
  }

  it("may write a megabyte without a newline: the line is cut, and the log stream is bounded", async () => {
    const jobId = await harness.submit(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end"));
    await harness.ended(jobId);
    const output = await harness.output(jobId);
    assert.equal(output.at(-1), "end");
    assert.ok(output.every(({ length }) => length <= 16 * 1024));
    const kept = output.join("").length;
    assert.ok(kept > 700_000 && kept < 1_050_000, String(kept));
  });

  it("fails before anything else when its overrides are too long", async () => {
    const environment = [{ name: "LONG", value: "x".repeat(9000) }];
    const jobId = await harness.submit(["true"], { containerOverrides: { environment } });
    const { status, statusReason } = await harness.ended(jobId);
    assert.deepEqual([status, statusReason], ["FAILED", "Container Overrides length must be at most 8192"]);
  });

  it("fails when its role has no credentials to give", async () => {
    const failing = new BatchHarness({
      environmentFor: () => {
        throw new Error("no such role");
      },
    });
    const jobId = await failing.submit(["true"]);
    const { statusReason, container } = await failing.ended(jobId);
    assert.deepEqual([statusReason, container?.reason], ["Task failed to start", "Error: no such role"]);
    await failing.stop();
  });
});
