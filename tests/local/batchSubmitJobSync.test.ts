import assert from "node:assert/strict";
import { allowAll, type Authorize } from "../../local/endpoint/authorize";
import { submitJobSync } from "../../local/services/batch/submitJobSync";
import { AwsError, type AwsRequest } from "../../local/services/service";
import {
  account,
  arnPrefix,
  BatchHarness,
  definitionOf,
  executionRoleArn,
  image,
  shell,
  waitForever,
} from "../helpers/batch";
import { roleArn, StepFunctionsHarness } from "../helpers/stepFunctions";

const definition = {
  StartAt: "Run",
  States: {
    Run: {
      Type: "Task",
      Resource: "arn:aws:states:::batch:submitJob.sync",
      Parameters: {
        JobName: "apost-job",
        JobQueue: "jobs",
        JobDefinition: "apost",
        "Parameters.$": "$.parameters",
        ContainerOverrides: { Environment: [{ Name: "JOB_ID", "Value.$": "$.jobId" }] },
      },
      ResultPath: "$.results.run",
      TimeoutSeconds: 600,
      End: true,
    },
  },
};
const input = { jobId: "1", parameters: { date: "2026-03-01" } };

describe("batch:submitJob.sync", () => {
  let harness: BatchHarness;
  let states: StepFunctionsHarness;

  const start = async (
    command: readonly string[],
    authorize: Authorize = allowAll,
    respond = (request: AwsRequest) => harness.batch.service.handle(request),
  ) => {
    harness.batch.registerJobDefinition(definitionOf(command));
    const log = (line: string) => harness.lines.push(line);
    const integrations = submitJobSync({ account, batch: harness.batch, log, authorize });
    states = new StepFunctionsHarness({ integrations });
    states.respond = ({ request }) => respond(request);
    return states.start(definition, input);
  };

  /** The job that the task has submitted. */
  const jobOf = (index = 0) => String(harness.events[index]?.detail["jobId"]);

  beforeEach(() => {
    harness = new BatchHarness();
  });

  afterEach(async () => {
    await states.stepFunctions.stop();
    await harness.stop();
  });

  it("gives the job when it has succeeded, after three calls whatever it took", async () => {
    const executionArn = await start(shell("echo $JOB_ID $MANAGED_BY_AWS"));
    const { output } = await states.ended(executionArn);
    const { results } = JSON.parse(output ?? "") as { results: { run: { Container: { TaskArn: string } } } };
    const now = harness.clock.now();
    const { TaskArn } = results.run.Container;
    const state = {
      ExitCode: 0,
      LogStreamName: `apost/default/${TaskArn.split("/").at(-1)}`,
      NetworkInterfaces: [],
      TaskArn,
    };
    const StatusReason = "Essential container in task exited";
    assert.deepEqual(results.run, {
      Attempts: [{ Container: state, StartedAt: now, StatusReason, StoppedAt: now, TaskProperties: [] }],
      Container: {
        Command: ["sh", "-c", "echo $JOB_ID $MANAGED_BY_AWS"],
        Environment: [
          { Name: "JOB_ID", Value: "1" },
          { Name: "MANAGED_BY_AWS", Value: "STARTED_BY_STEP_FUNCTIONS" },
        ],
        ExecutionRoleArn: executionRoleArn,
        Image: image,
        MountPoints: [],
        ResourceRequirements: [
          { Type: "VCPU", Value: "0.25" },
          { Type: "MEMORY", Value: "512" },
        ],
        Secrets: [],
        Ulimits: [],
        Volumes: [],
        ...state,
      },
      CreatedAt: now,
      DependsOn: [],
      EksAttempts: [],
      IsCancelled: false,
      IsTerminated: false,
      JobArn: `${arnPrefix}:job/${jobOf()}`,
      JobDefinition: `${arnPrefix}:job-definition/apost:1`,
      JobId: jobOf(),
      JobName: "apost-job",
      JobQueue: `${arnPrefix}:job-queue/jobs`,
      Parameters: { date: "2026-03-01" },
      PlatformCapabilities: ["FARGATE"],
      PropagateTags: false,
      RetryStrategy: { Attempts: 1, EvaluateOnExit: [] },
      StartedAt: now,
      Status: "SUCCEEDED",
      StatusReason,
      StoppedAt: now,
      Tags: { resourceArn: `${arnPrefix}:job/${jobOf()}` },
    });
    assert.deepEqual(await harness.output(jobOf()), ["1 STARTED_BY_STEP_FUNCTIONS"]);
    assert.deepEqual(
      states.calls.map(({ service, request }) => [service, request.path, request.principal.kind]),
      [
        ["batch", "/v1/submitjob", "role"],
        ["batch", "/v1/describejobs", "role"],
      ],
    );
    assert.deepEqual(await states.eventTypes(executionArn), [
      ...["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted"],
      ...["TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"],
    ]);
  });

  it("fails with the job as its cause", async () => {
    const executionArn = await start(shell("exit 3"));
    const { status, error, cause } = await states.ended(executionArn);
    const job = JSON.parse(cause ?? "") as { Status: string; Container: { ExitCode: number } };
    assert.deepEqual(
      [status, error, job.Status, job.Container.ExitCode],
      ["FAILED", "States.TaskFailed", "FAILED", 3],
    );
  });

  it("fails under Batch's own name when the job is refused", async () => {
    const denied = new AwsError("AccessDeniedException", "no", 403);
    for (const [respond, error, cause] of [
      [
        (request: AwsRequest) => Promise.resolve(harness.batch.service.renderError(denied, request)),
        "Batch.AWSBatchException",
        /^no \(Service: AWSBatch; Status Code: 403; Error Code: AccessDeniedException; /,
      ],
      [
        (request: AwsRequest) => harness.batch.service.handle({ ...request, body: Buffer.from("{}") }),
        "Batch.ClientException",
        /^Missing required request fields: \[jobName\]\. \(Service: AWSBatch; Status Code: 400; /,
      ],
    ] as const) {
      const executionArn = await start(["true"], undefined, respond);
      const ended = await states.ended(executionArn);
      assert.equal(ended.error, error);
      assert.match(ended.cause ?? "", cause);
    }
  });

  it("terminates the job when the execution is stopped", async () => {
    const executionArn = await start(waitForever);
    while (harness.events.length < 3) await harness.changed();
    await states.ok("StopExecution", { executionArn });
    const { status, isTerminated, statusReason } = await harness.ended(jobOf());
    assert.deepEqual(
      [status, isTerminated, statusReason],
      ["FAILED", true, "The Step Functions task that submitted the job ended"],
    );
  });

  it("terminates the job when the task takes too long", async () => {
    const executionArn = await start(waitForever);
    while (harness.events.length < 3) await harness.changed();
    states.clock.advance(600_000);
    assert.equal((await states.ended(executionArn)).error, "States.Timeout");
    assert.equal((await harness.ended(jobOf())).isTerminated, true);
  });

  it("demands what AWS demands for the rule that it manages", async () => {
    const asked: unknown[] = [];
    const executionArn = await start(["true"], (request, service, permissions) => {
      asked.push([request.principal.kind, service, ...permissions.map(({ action }) => action)]);
      throw new AwsError("AccessDeniedException", "no", 403);
    });
    const { error, cause } = await states.ended(executionArn);
    assert.deepEqual(asked, [
      ["role", "events", "events:PutTargets", "events:PutRule", "events:DescribeRule"],
    ]);
    assert.equal(error, "Batch.AWSBatchException");
    assert.ok(cause?.startsWith(`'${roleArn}' is not authorized to create managed-rule.`));
    assert.deepEqual(states.calls, []);
  });
});
