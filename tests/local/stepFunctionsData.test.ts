import { deepEqual, equal } from "node:assert/strict";
import { handOff, invocation, json, StepFunctionsHarness, thrown, tokenIn } from "../helpers/stepFunctions";

const second = 1000;

describe("Executions that are stopped and started", () => {
  let harness: StepFunctionsHarness;

  beforeEach(() => {
    harness = new StepFunctionsHarness();
    harness.respond = () => json({ MessageId: "1", MD5OfMessageBody: "x" });
  });

  afterEach(() => harness.stepFunctions.stop());

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  /** Once the hand-off has been submitted. */
  const submitted = async (arn: string) => {
    while (!(await harness.eventTypes(arn)).includes("TaskSubmitted")) await settled();
  };
  const waiting = { StartAt: "Rest", States: { Rest: { Type: "Wait", Seconds: 60, End: true } } };

  it("end a wait whose time passed in the meantime at once, and wait for the rest of another", async () => {
    const arn = await harness.start(waiting);
    await harness.clock.waiting(60 * second);
    await harness.restart(20 * second);
    await harness.clock.waiting(40 * second);
    await harness.restart(50 * second);
    await harness.clock.waiting(0);
    harness.clock.advance(0);
    equal((await harness.ended(arn)).status, "SUCCEEDED");
    deepEqual(await harness.eventTypes(arn), [
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("make the retries that are left, each when it is due", async () => {
    const Retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 2 }];
    harness.respond = () => thrown("Busy");
    const arn = await harness.start(invocation({ Retry }));
    await harness.clock.waiting(10 * second);
    await harness.restart(4 * second);
    await harness.clock.waiting(6 * second);
    equal(harness.calls.length, 1);
    harness.clock.advance(6 * second);
    await harness.clock.waiting(20 * second);
    await harness.restart(60 * second);
    await harness.clock.waiting(0);
    harness.clock.advance(0);
    const { status, error } = await harness.ended(arn);
    deepEqual([status, error, harness.calls.length], ["FAILED", "Busy", 3]);
  });

  const both = { TimeoutSeconds: 60, HeartbeatSeconds: 20 };
  const deadlines: [title: string, fields: object, stopped: number, outcome: string][] = [
    ["a deadline that passed", { TimeoutSeconds: 60 }, 60, "late"],
    ["a deadline that is still to come", { TimeoutSeconds: 60 }, 59, "in time"],
    ["a heartbeat that was missed", both, 20, "silent"],
    ["a heartbeat that was missed before the deadline passed", both, 99, "silent"],
  ];
  for (const [title, fields, stopped, outcome] of deadlines) {
    it(`keep to ${title}`, async () => {
      const Catch = [
        { ErrorEquals: ["States.HeartbeatTimeout"], Next: "Silent" },
        { ErrorEquals: ["States.Timeout"], Next: "Late" },
      ];
      const ends = {
        Silent: { Type: "Pass", Result: "silent", End: true },
        Late: { Type: "Pass", Result: "late", End: true },
      };
      const arn = await harness.start(handOff({ ...fields, Catch, ResultPath: "$" }, ends), { jobId: "1" });
      await submitted(arn);
      await harness.restart(stopped * second);
      await settled();
      harness.clock.advance(0);
      if (outcome === "in time") {
        const taskToken = tokenIn(await harness.call());
        await harness.ok("SendTaskSuccess", { taskToken, output: '"in time"' });
      }
      const { output } = await harness.ended(arn);
      deepEqual([output, harness.calls.length], [JSON.stringify(outcome), 1]);
    });
  }

  it("take an answer by a token of before, once, and heartbeats with it", async () => {
    const arn = await harness.start(handOff({ HeartbeatSeconds: 20 }), { jobId: "1" });
    await submitted(arn);
    const taskToken = tokenIn(await harness.call());
    await harness.restart(19 * second);
    await settled();
    await harness.ok("SendTaskHeartbeat", { taskToken });
    await harness.restart(19 * second);
    await settled();
    harness.clock.advance(0);
    await harness.ok("SendTaskSuccess", { taskToken, output: '{"approved":true}' });
    const { status, output } = await harness.ended(arn);
    deepEqual([status, output], ["SUCCEEDED", '{"jobId":"1","results":{"approval":{"approved":true}}}']);
    await harness.restart();
    const { body } = await harness.send("SendTaskSuccess", { taskToken, output: "{}" });
    equal(body["__type"], "TaskTimedOut");
  });

  it("keep an answer that came before the call that asks for it had returned", async () => {
    let asked = 0;
    harness.respond = () => ((asked += 1) === 1 ? new Promise(() => undefined) : json({ MessageId: "1" }));
    const arn = await harness.start(handOff(), { jobId: "1" });
    const taskToken = tokenIn(await harness.call());
    await harness.ok("SendTaskSuccess", { taskToken, output: "1" });
    await harness.restart();
    equal((await harness.ended(arn)).status, "SUCCEEDED");
    equal(tokenIn(await harness.call(1)), taskToken);
  });

  it("time out whole when their time passed in the meantime", async () => {
    const arn = await harness.start({ ...handOff(), TimeoutSeconds: 30 }, { jobId: "1" });
    await submitted(arn);
    await harness.restart(31 * second);
    harness.clock.advance(0);
    equal((await harness.ended(arn)).status, "TIMED_OUT");
    await harness.restart();
    harness.clock.advance(0);
    equal(harness.events.filter(({ detail }) => detail.status === "TIMED_OUT").length, 1);
  });

  it("are redriven from the state that failed before", async () => {
    harness.respond = () => thrown("Broken");
    const executionArn = await harness.start(invocation());
    await harness.ended(executionArn);
    await harness.restart();
    harness.respond = () => json({ done: true });
    await harness.ok("RedriveExecution", { executionArn });
    const { status, redriveCount } = await harness.ended(executionArn, 2);
    deepEqual([status, redriveCount], ["SUCCEEDED", 1]);
  });
});
