import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Courtesy } from "../../local/courtesy";
import { Gate } from "../../local/gate";
import { arnPrefix, handOff, json, roleArn, StepFunctionsHarness, tokenIn } from "../helpers/stepFunctions";

const started = Date.parse("2026-03-01T12:00:00.000Z") / 1000;
const passing = { StartAt: "Done", States: { Done: { Type: "Pass", End: true } } };
const waiting = (fields: object = {}) => ({
  StartAt: "Rest",
  States: { Rest: { Type: "Wait", Seconds: 60, End: true } },
  ...fields,
});

describe("local Step Functions: executions", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => (harness = new StepFunctionsHarness()));
  afterEach(() => harness.stepFunctions.stop());

  it("runs to its end and is described with its input and output", async () => {
    const executionArn = await harness.start(passing, { jobId: "job-1" });
    await harness.ended(executionArn);
    assert.deepEqual(await harness.ok("DescribeExecution", { executionArn }), {
      executionArn: `${arnPrefix}:execution:settlement:job-1`,
      stateMachineArn: `${arnPrefix}:stateMachine:settlement`,
      name: "job-1",
      status: "SUCCEEDED",
      startDate: started,
      stopDate: started,
      redriveCount: 0,
      input: '{"jobId":"job-1"}',
      inputDetails: { included: true },
      output: '{"jobId":"job-1"}',
      outputDetails: { included: true },
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  it("enters no state while others go first", async () => {
    const courtesy = new Courtesy(new Gate(), { patience: 2 ** 31 - 1 });
    const polite = new StepFunctionsHarness({ gate: courtesy });
    let answer = (): void => undefined;
    const answered = courtesy.during(() => new Promise<void>((resolve) => (answer = resolve)));
    const executionArn = await polite.start(passing);
    const states = async () => {
      const { events } = await polite.ok("GetExecutionHistory", { executionArn });
      return (events as { type: string }[]).map(({ type }) => type);
    };
    await nextTurn();
    assert.deepEqual(await states(), ["ExecutionStarted"]);
    answer();
    await answered;
    await polite.ended(executionArn);
    assert.deepEqual((await states()).slice(1, 3), ["PassStateEntered", "PassStateExited"]);
    await polite.stepFunctions.stop();
  });

  it("emits the status change event at its start and at its end", async () => {
    const executionArn = await harness.start(passing, { jobId: "job-1" });
    await harness.ended(executionArn);
    const detail = {
      executionArn,
      stateMachineArn: `${arnPrefix}:stateMachine:settlement`,
      name: "job-1",
      startDate: started * 1000,
      input: '{"jobId":"job-1"}',
      inputDetails: { included: true },
      error: null,
      cause: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "NOT_REDRIVABLE",
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
    };
    const envelope = {
      version: "0",
      "detail-type": "Step Functions Execution Status Change",
      source: "aws.states",
      account: "000000000000",
      time: "2026-03-01T12:00:00Z",
      region: "eu-west-1",
      resources: [executionArn],
    };
    assert.deepEqual(
      harness.events.map(({ id, ...event }) => (assert.match(id, /^[0-9a-f-]{36}$/), event)),
      [
        {
          ...envelope,
          detail: {
            ...detail,
            status: "RUNNING",
            stopDate: null,
            output: null,
            outputDetails: null,
            redriveStatusReason: "Execution is RUNNING and cannot be redriven",
          },
        },
        {
          ...envelope,
          detail: {
            ...detail,
            status: "SUCCEEDED",
            stopDate: started * 1000,
            output: '{"jobId":"job-1"}',
            outputDetails: { included: true },
            redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
          },
        },
      ],
    );
  });

  it("leaves input that an event cannot carry out of it", async () => {
    const detail = await harness.run(passing, { text: "x".repeat(130_000) });
    assert.deepEqual([detail.input, detail.inputDetails], [null, { included: false }]);
    assert.equal(detail.output?.length, 130_011);
  });

  it("is started once for the same name and input while it is open", async () => {
    const stateMachineArn = harness.create(waiting());
    const first = await harness.ok("StartExecution", { stateMachineArn, name: "job-1", input: "{}" });
    harness.clock.advance(1000);
    assert.deepEqual(
      await harness.ok("StartExecution", { stateMachineArn, name: "job-1", input: "{}" }),
      first,
    );
    const conflict = {
      status: 400,
      body: {
        __type: "ExecutionAlreadyExists",
        message: `Execution Already Exists: '${arnPrefix}:execution:settlement:job-1'`,
      },
    };
    const other = { stateMachineArn, name: "job-1", input: '{"a":1}' };
    assert.deepEqual(await harness.send("StartExecution", other), conflict);
    harness.clock.advance(60_000);
    await harness.ended(`${arnPrefix}:execution:settlement:job-1`);
    const again = { stateMachineArn, name: "job-1", input: "{}" };
    assert.deepEqual(await harness.send("StartExecution", again), conflict);
  });

  const refusals: [string, object, string, string][] = [
    ["a name with a space", { name: "a b" }, "InvalidName", "Invalid Name: 'a b'"],
    ["a name with a colon", { name: "a:b" }, "InvalidName", "Invalid Name: 'a:b'"],
    ["a name with a control character", { name: "a\u0085" }, "InvalidName", "Invalid Name: 'a\u0085'"],
    ["an empty name", { name: "" }, "InvalidName", "Invalid Name: ''"],
    ["a name of 81 characters", { name: "n".repeat(81) }, "InvalidName", `Invalid Name: '${"n".repeat(81)}'`],
    [
      "an empty input",
      { input: "" },
      "InvalidExecutionInput",
      "Invalid State Machine Execution Input: 'Invalid execution input.'",
    ],
    [
      "an input over the limit",
      { input: `"${"x".repeat(262_144)}"` },
      "ValidationException",
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    ],
    [
      "an unknown state machine",
      { stateMachineArn: `${arnPrefix}:stateMachine:other` },
      "StateMachineDoesNotExist",
      `State Machine Does Not Exist: '${arnPrefix}:stateMachine:other'`,
    ],
    ["no ARN", { stateMachineArn: "other" }, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: other'"],
  ];
  for (const [what, fields, __type, message] of refusals) {
    it(`is not started with ${what}`, async () => {
      const input = { stateMachineArn: harness.create(passing), ...fields };
      assert.deepEqual(await harness.send("StartExecution", input), {
        status: 400,
        body: { __type, message },
      });
      assert.deepEqual(harness.events, []);
    });
  }

  it("is not started with an input that is not JSON", async () => {
    const answer = await harness.send("StartExecution", {
      stateMachineArn: harness.create(passing),
      input: "not JSON",
    });
    assert.equal(answer.body["__type"], "InvalidExecutionInput");
  });

  it("is stopped: ABORTED, with what was said, its task's token void and no timer left", async () => {
    harness.respond = () => json({ MessageId: "m-1" });
    const executionArn = await harness.start(handOff({ TimeoutSeconds: 3600, HeartbeatSeconds: 60 }), {
      jobId: "job-1",
    });
    const taskToken = tokenIn(await harness.call());
    const answer = await harness.ok("StopExecution", { executionArn, error: "Cancelled", cause: "by hand" });
    assert.deepEqual(answer, { stopDate: started });
    assert.deepEqual(harness.clock.waits, []);
    const { status, error, cause } = await harness.ended(executionArn);
    assert.deepEqual([status, error, cause], ["ABORTED", "Cancelled", "by hand"]);
    assert.deepEqual(await harness.ok("StopExecution", { executionArn }), { stopDate: started });
    assert.equal((await harness.eventTypes(executionArn)).at(-1), "ExecutionAborted");
    const late = await harness.send("SendTaskSuccess", { taskToken, output: "{}" });
    assert.equal(late.body["__type"], "TaskTimedOut");
  });

  it("times out as a whole, which is TIMED_OUT and has no error", async () => {
    const executionArn = await harness.start(waiting({ TimeoutSeconds: 30 }));
    await harness.clock.waiting(30_000);
    harness.clock.advance(30_000);
    const { status, error, cause, stopDate } = await harness.ended(executionArn);
    assert.deepEqual([status, error, cause, stopDate], ["TIMED_OUT", null, null, (started + 30) * 1000]);
    assert.deepEqual(harness.clock.waits, []);
  });

  it("waits longer than a timer of Node's can hold", async () => {
    const days = 86_400;
    const executionArn = await harness.start({
      StartAt: "Rest",
      States: { Rest: { Type: "Wait", Seconds: 30 * days, End: true } },
    });
    await harness.clock.waiting(30 * days * 1000);
    harness.clock.advance(30 * days * 1000 - 1);
    assert.equal((await harness.ok("DescribeExecution", { executionArn }))["status"], "RUNNING");
    harness.clock.advance(1);
    assert.equal((await harness.ended(executionArn)).status, "SUCCEEDED");
  });

  it("are listed newest first, by status and page by page", async () => {
    const stateMachineArn = harness.create(waiting());
    for (const name of ["a", "b", "c"]) await harness.ok("StartExecution", { stateMachineArn, name });
    await harness.ok("StopExecution", { executionArn: `${arnPrefix}:execution:settlement:b` });
    const first = await harness.ok("ListExecutions", { stateMachineArn, maxResults: 2 });
    const { nextToken } = first;
    const second = await harness.ok("ListExecutions", { stateMachineArn, maxResults: 2, nextToken });
    const item = (name: string, fields: object) => ({
      executionArn: `${arnPrefix}:execution:settlement:${name}`,
      stateMachineArn,
      name,
      startDate: started,
      redriveCount: 0,
      ...fields,
    });
    const running = { status: "RUNNING" };
    const aborted = { status: "ABORTED", stopDate: started };
    assert.deepEqual(first["executions"], [item("c", running), item("b", aborted)]);
    assert.deepEqual(second, { executions: [item("a", running)] });
    assert.deepEqual(await harness.ok("ListExecutions", { stateMachineArn, statusFilter: "ABORTED" }), {
      executions: [item("b", aborted)],
    });
    assert.deepEqual(await harness.send("ListExecutions", { stateMachineArn, statusFilter: "aborted" }), {
      status: 400,
      body: {
        __type: "ValidationException",
        message:
          "1 validation error detected: Value 'aborted' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
      },
    });
    assert.deepEqual(await harness.send("ListExecutions", { stateMachineArn, nextToken: "x" }), {
      status: 400,
      body: { __type: "InvalidToken", message: "Invalid Token: 'Invalid token'" },
    });
  });

  it("tell their history in either order and page by page", async () => {
    const executionArn = await harness.start(passing, 7);
    await harness.ended(executionArn);
    const details = { inputDetails: { truncated: false }, outputDetails: { truncated: false } };
    const { inputDetails, outputDetails } = details;
    const events = [
      {
        timestamp: started,
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        executionStartedEventDetails: { input: "7", inputDetails, roleArn },
      },
      {
        timestamp: started,
        id: 2,
        previousEventId: 0,
        type: "PassStateEntered",
        stateEnteredEventDetails: { name: "Done", input: "7", inputDetails },
      },
      {
        timestamp: started,
        id: 3,
        previousEventId: 2,
        type: "PassStateExited",
        stateExitedEventDetails: { name: "Done", output: "7", outputDetails },
      },
      {
        timestamp: started,
        id: 4,
        previousEventId: 3,
        type: "ExecutionSucceeded",
        executionSucceededEventDetails: { output: "7", outputDetails },
      },
    ];
    assert.deepEqual(await harness.ok("GetExecutionHistory", { executionArn }), { events });
    const reversed = { executionArn, reverseOrder: true, maxResults: 3 };
    const page = await harness.ok("GetExecutionHistory", reversed);
    assert.deepEqual(page["events"], [...events].reverse().slice(0, 3));
    assert.deepEqual(await harness.ok("GetExecutionHistory", { ...reversed, nextToken: page["nextToken"] }), {
      events: events.slice(0, 1),
    });
    const bare = await harness.ok("GetExecutionHistory", {
      executionArn,
      includeExecutionData: false,
      maxResults: 1,
    });
    assert.deepEqual((bare["events"] as object[])[0], {
      ...events[0],
      executionStartedEventDetails: { roleArn },
    });
  });

  it("fail when their history is full", async () => {
    const executionArn = await harness.start({
      StartAt: "Again",
      States: {
        Again: {
          Type: "Choice",
          Choices: [{ Variable: "$.done", IsPresent: true, Next: "Done" }],
          Default: "Again",
        },
        Done: { Type: "Succeed" },
      },
    });
    const { status, error, cause } = await harness.ended(executionArn);
    assert.deepEqual(
      [status, error, cause],
      ["FAILED", "States.Runtime", "The execution reached the maximum number of history events (25000)."],
    );
    const last = await harness.ok("GetExecutionHistory", { executionArn, reverseOrder: true, maxResults: 1 });
    assert.equal((last["events"] as { id: number }[])[0]?.id, 25_000);
    assert.equal(
      (await harness.ok("DescribeExecution", { executionArn }))["redriveStatusReason"],
      "Execution history event limit exceeded",
    );
  });

  it("wait a thousand at once with one timer each, and none is left once stopped", async () => {
    const stateMachineArn = harness.create(handOff({ TimeoutSeconds: 3600 }));
    harness.respond = () => json({ MessageId: "m-1" });
    for (let index = 0; index < 1000; index += 1) {
      await harness.ok("StartExecution", { stateMachineArn, input: '{"jobId":"j"}' });
    }
    await harness.call(999);
    assert.equal(harness.clock.waits.length, 1000);
    await harness.stepFunctions.stop();
    assert.deepEqual(harness.clock.waits, []);
    assert.equal(harness.events.length, 1000, "stopping the local cloud ends no execution");
  });
});
