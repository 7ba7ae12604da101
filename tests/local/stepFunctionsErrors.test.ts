import assert from "node:assert/strict";
import type { AwsResponse } from "../../local/services/service";
import { handOff, invocation, json, StepFunctionsHarness, thrown } from "../helpers/stepFunctions";

const unreachable = "https://example.invalid";

describe("local Step Functions: retries", () => {
  it("wait longer each time, up to the maximum, then fail with the last error", async () => {
    const harness = new StepFunctionsHarness();
    harness.respond = () => thrown("Busy");
    const retry = {
      ErrorEquals: ["Busy"],
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxAttempts: 3,
      MaxDelaySeconds: 10,
    };
    const executionArn = await harness.start(invocation({ Retry: [retry] }));
    for (const wait of [2000, 6000, 10_000]) {
      await harness.clock.waiting(wait);
      assert.deepEqual(harness.clock.waits, [wait]);
      harness.clock.advance(wait);
    }
    assert.equal((await harness.ended(executionArn)).error, "Busy");
    assert.equal(harness.calls.length, 4);
    assert.deepEqual((await harness.eventTypes(executionArn)).slice(1, 9), [
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskFailed",
      "TaskScheduled",
      "TaskStarted",
      "TaskFailed",
      "TaskScheduled",
    ]);
    await harness.stepFunctions.stop();
  });

  it("wait a random part of the interval with full jitter", async () => {
    const harness = new StepFunctionsHarness({ random: () => 0.25 });
    harness.respond = ({ input }) =>
      harness.calls.length < 3 ? thrown("Busy") : json({ attempt: input["attempt"] });
    const executionArn = await harness.start(
      invocation({
        Parameters: { FunctionName: "generate", Payload: { "attempt.$": "$$.State.RetryCount" } },
        Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 4, JitterStrategy: "FULL" }],
        ResultSelector: { "attempt.$": "$.Payload.attempt" },
      }),
    );
    for (const wait of [1000, 2000]) {
      await harness.clock.waiting(wait);
      harness.clock.advance(wait);
    }
    assert.equal((await harness.ended(executionArn)).output, '{"attempt":2}');
    await harness.stepFunctions.stop();
  });

  it("give each attempt a token of its own, and void the one before", async () => {
    const harness = new StepFunctionsHarness();
    harness.respond = () => json({ MessageId: "m-1" });
    const retry = { ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, MaxAttempts: 1 };
    await harness.start(handOff({ TimeoutSeconds: 5, Retry: [retry] }), { jobId: "job-1" });
    const first = await harness.call();
    harness.clock.advance(5000);
    await harness.clock.waiting(1000);
    harness.clock.advance(1000);
    const second = await harness.call(1);
    assert.notEqual(first.input["MessageBody"], second.input["MessageBody"]);
    await harness.stepFunctions.stop();
  });

  it("stop with the execution: no attempt follows", async () => {
    const harness = new StepFunctionsHarness();
    harness.respond = () => thrown("Busy");
    const executionArn = await harness.start(
      invocation({ Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 30 }] }),
    );
    await harness.clock.waiting(30_000);
    await harness.ok("StopExecution", { executionArn });
    assert.deepEqual(harness.clock.waits, []);
    harness.clock.advance(30_000);
    assert.equal(harness.calls.length, 1);
    await harness.stepFunctions.stop();
  });

  it("go by the first retrier that matches, even when it has no attempts left", async () => {
    const harness = new StepFunctionsHarness();
    harness.respond = () => thrown("Busy");
    const executionArn = await harness.start(
      invocation({ Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }] }),
    );
    assert.equal((await harness.ended(executionArn)).status, "FAILED");
    assert.equal(harness.calls.length, 1);
  });
});

describe("local Step Functions: catching", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => (harness = new StepFunctionsHarness()));
  afterEach(() => harness.stepFunctions.stop());

  const catching = (names: string[], fields: object = {}) =>
    invocation(
      { Catch: [{ ErrorEquals: names, ResultPath: "$.error", Next: "Caught" }], ...fields },
      { Caught: { Type: "Succeed" } },
    );

  it("puts error and cause at the catcher's path, and passes OutputPath by", async () => {
    harness.respond = () => thrown("Broken");
    const { output } = await harness.run(catching(["Broken"], { OutputPath: "$.nothing" }), { jobId: "j" });
    assert.deepEqual(JSON.parse(output ?? ""), {
      jobId: "j",
      error: { Error: "Broken", Cause: '{"errorType":"Broken","errorMessage":"no"}' },
    });
  });

  it("replaces the input at $ and without a path, and keeps it with null", async () => {
    harness.respond = () => thrown("Broken");
    const error = { Error: "Broken", Cause: '{"errorType":"Broken","errorMessage":"no"}' };
    for (const [index, [fields, expected]] of (
      [
        [{}, error],
        [{ ResultPath: "$" }, error],
        [{ ResultPath: null }, { a: 1 }],
      ] as const
    ).entries()) {
      const caught = new StepFunctionsHarness();
      caught.respond = harness.respond;
      const definition = invocation(
        { Catch: [{ ErrorEquals: ["States.ALL"], ...fields, Next: "Caught" }] },
        { Caught: { Type: "Succeed" } },
      );
      const { output } = await caught.run(definition, { a: 1 });
      assert.deepEqual(JSON.parse(output ?? ""), expected, `case ${index}`);
      await caught.stepFunctions.stop();
    }
  });

  it("catches no timeout as States.TaskFailed", async () => {
    harness.respond = () => new Promise(() => undefined);
    const executionArn = await harness.start(catching(["States.TaskFailed"], { TimeoutSeconds: 5 }));
    await harness.call();
    harness.clock.advance(5000);
    const { status, error } = await harness.ended(executionArn);
    assert.deepEqual([status, error], ["FAILED", "States.Timeout"]);
  });

  it("catches no States.Runtime, not even by its name", async () => {
    const definition = catching(["States.Runtime"], {
      Parameters: { FunctionName: "generate", "Payload.$": "$.nowhere" },
    });
    const { status, error, cause } = await harness.run(definition, { a: 1 });
    assert.deepEqual(
      [status, error, cause],
      [
        "FAILED",
        "States.Runtime",
        "An error occurred while executing the state 'Generate' (entered at the event id #2). The JSONPath '$.nowhere' specified for the field 'Payload.$' could not be found in the input '{\"a\":1}'",
      ],
    );
  });

  it("catches a state's oversized output by its name, but not as States.ALL", async () => {
    const large = "x".repeat(200_000);
    harness.respond = () => json(large);
    const merged = { ResultPath: "$.result" };
    const all = await harness.run(catching(["States.ALL"], merged), { large });
    assert.deepEqual([all.status, all.error], ["FAILED", "States.DataLimitExceeded"]);
    const named = new StepFunctionsHarness();
    named.respond = () => json(large);
    const definition = catching(["States.DataLimitExceeded"], merged);
    assert.equal((await named.run(definition, { large })).status, "SUCCEEDED");
    await named.stepFunctions.stop();
  });

  it("catches a result that does not fit the input", async () => {
    harness.respond = () => json({});
    const definition = catching(["States.ResultPathMatchFailure"], { ResultPath: "$.list.item" });
    const { output } = await harness.run(definition, { list: [] });
    const { error } = JSON.parse(output ?? "") as { error: { Error: string } };
    assert.equal(error.Error, "States.ResultPathMatchFailure");
  });

  it("fails a Pass state whose output is over the limit", async () => {
    const definition = {
      StartAt: "Twice",
      States: {
        Twice: { Type: "Pass", Parameters: { "a.$": "$", "b.$": "$" }, End: true },
      },
    };
    const { error, cause } = await harness.run(definition, "x".repeat(140_000));
    assert.deepEqual(
      [error, cause],
      [
        "States.DataLimitExceeded",
        "The state/task 'Twice' returned a result with a size exceeding the maximum number of bytes service limit.",
      ],
    );
  });

  it("ends in a Fail state with texts, with paths, with an intrinsic function or with nothing", async () => {
    const cases: [object, string | null, string | null][] = [
      [{ Error: "Refused", Cause: unreachable }, "Refused", unreachable],
      [{ ErrorPath: "$.error", CausePath: "$.cause" }, "E", "C"],
      [{ Error: "E", CausePath: "States.Format('{}: {}', $.error, $.cause)" }, "E", "E: C"],
      [{}, null, null],
    ];
    for (const [fields, error, cause] of cases) {
      const failing = new StepFunctionsHarness();
      const definition = { StartAt: "No", States: { No: { Type: "Fail", ...fields } } };
      const detail = await failing.run(definition, { error: "E", cause: "C" });
      assert.deepEqual([detail.status, detail.error, detail.cause], ["FAILED", error, cause]);
    }
  });
});

describe("local Step Functions: redrive", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => (harness = new StepFunctionsHarness()));
  afterEach(() => harness.stepFunctions.stop());

  const twoSteps = invocation(
    { Next: "Send", End: undefined, ResultPath: "$.first" },
    {
      Send: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Parameters: { QueueUrl: "q", "MessageBody.$": "$.jobId" },
        Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1, IntervalSeconds: 1 }],
        ResultPath: "$.second",
        End: true,
      },
    },
  );

  it("goes on at the state that failed, with its input and its retries anew, as the same execution", async () => {
    let broken = true;
    harness.respond = ({ service }) => {
      if (service === "lambda") return json(1);
      return broken ? json({ __type: "InternalError", message: "down" }, 500) : json({ MessageId: "m-1" });
    };
    const executionArn = await harness.start(twoSteps, { jobId: "job-1" });
    await harness.clock.waiting(1000);
    harness.clock.advance(1000);
    assert.deepEqual((await harness.ended(executionArn)).redriveStatus, "REDRIVABLE");
    harness.clock.advance(60_000);
    const redriveDate = harness.clock.now() / 1000;
    assert.deepEqual(await harness.ok("RedriveExecution", { executionArn, clientToken: "t" }), {
      redriveDate,
    });
    assert.deepEqual(await harness.ok("RedriveExecution", { executionArn, clientToken: "t" }), {
      redriveDate,
    });
    await harness.clock.waiting(1000);
    broken = false;
    harness.clock.advance(1000);
    const detail = await harness.ended(executionArn, 2);
    assert.deepEqual(
      [detail.status, detail.redriveCount, detail.redriveDate, JSON.parse(detail.output ?? "")],
      [
        "SUCCEEDED",
        1,
        redriveDate * 1000,
        {
          jobId: "job-1",
          first: { ExecutedVersion: "$LATEST", Payload: 1, StatusCode: 200 },
          second: { MessageId: "m-1" },
        },
      ],
    );
    assert.deepEqual(
      harness.calls.map(({ service }) => service),
      ["lambda", "sqs", "sqs", "sqs", "sqs"],
    );
    assert.deepEqual((await harness.eventTypes(executionArn)).slice(-11), [
      "TaskFailed",
      "ExecutionFailed",
      "ExecutionRedriven",
      "TaskScheduled",
      "TaskStarted",
      "TaskFailed",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    const described = await harness.ok("DescribeExecution", { executionArn });
    assert.deepEqual([described["redriveCount"], described["redriveDate"]], [1, redriveDate]);
  });

  it("takes up a stopped and a timed-out execution, its whole timeout anew", async () => {
    harness.respond = () => json({ MessageId: "m-1" });
    const definition = { ...handOff(), TimeoutSeconds: 100 };
    const executionArn = await harness.start(definition, { jobId: "job-1" });
    await harness.call();
    await harness.ok("StopExecution", { executionArn });
    await harness.ok("RedriveExecution", { executionArn });
    await harness.call(1);
    assert.deepEqual(harness.clock.waits, [100_000]);
    harness.clock.advance(100_000);
    assert.equal((await harness.ended(executionArn, 2)).status, "TIMED_OUT");
    await harness.ok("RedriveExecution", { executionArn });
    await harness.call(2);
    assert.deepEqual(harness.clock.waits, [100_000]);
  });

  it("is not disturbed by what an attempt before it still had to say", async () => {
    const answers: ((response: AwsResponse) => void)[] = [];
    harness.respond = () => new Promise((resolve) => answers.push(resolve));
    const executionArn = await harness.start(invocation());
    await harness.call();
    answers[0]?.(thrown("Broken"));
    await harness.ok("StopExecution", { executionArn });
    await harness.ok("RedriveExecution", { executionArn });
    await harness.call(1);
    answers[1]?.(json(2));
    assert.equal((await harness.ended(executionArn, 2)).status, "SUCCEEDED");
    assert.deepEqual((await harness.eventTypes(executionArn)).slice(2), [
      "TaskScheduled",
      "TaskStarted",
      "ExecutionAborted",
      "ExecutionRedriven",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("enters a Fail state again, and fails again, though a Catch led there", async () => {
    harness.respond = () => thrown("Broken");
    const executionArn = await harness.start(
      invocation(
        { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }] },
        { Failed: { Type: "Fail", Error: "Recorded" } },
      ),
    );
    await harness.ended(executionArn);
    await harness.ok("RedriveExecution", { executionArn });
    assert.equal((await harness.ended(executionArn, 2)).error, "Recorded");
    assert.equal(harness.calls.length, 1);
    assert.deepEqual((await harness.eventTypes(executionArn)).slice(-3), [
      "ExecutionRedriven",
      "FailStateEntered",
      "ExecutionFailed",
    ]);
  });

  it("is refused while open, after success, and after fourteen days", async () => {
    const redrive = async (executionArn: string) => {
      const { body } = await harness.send("RedriveExecution", { executionArn });
      return [body["__type"], body["message"]];
    };
    const failing = { StartAt: "No", States: { No: { Type: "Fail" } } };
    const failed = await harness.start(failing);
    await harness.ended(failed);
    const sleeping = new StepFunctionsHarness();
    const open = await sleeping.start({
      StartAt: "Rest",
      States: { Rest: { Type: "Wait", Seconds: 9, End: true } },
    });
    const refused = await sleeping.send("RedriveExecution", { executionArn: open });
    assert.deepEqual(refused.body, {
      __type: "ExecutionNotRedrivable",
      message: "Execution is RUNNING and cannot be redriven",
    });
    await sleeping.clock.waiting(9000);
    sleeping.clock.advance(9000);
    await sleeping.ended(open);
    const after = await sleeping.send("RedriveExecution", { executionArn: open });
    assert.equal(after.body["message"], "Execution is SUCCEEDED and cannot be redriven");
    harness.clock.advance(14 * 86_400_000 + 1);
    assert.deepEqual(await redrive(failed), [
      "ExecutionNotRedrivable",
      "Execution redrivable period exceeded",
    ]);
    await sleeping.stepFunctions.stop();
  });
});
