import { deepEqual, equal } from "node:assert/strict";
import { arnPrefix, invocation, json, StepFunctionsHarness, thrown } from "../helpers/stepFunctions";

const Resource = "arn:aws:lambda:us-east-1:000000000000:function:generate";
const task = (fields: object = {}) => invocation({ Resource, Parameters: { "id.$": "$.id" }, ...fields });

describe("local Step Functions: a function's own ARN as a task's resource", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => {
    harness = new StepFunctionsHarness();
  });
  afterEach(() => harness.stepFunctions.stop());

  it("gives the function the task's input, and takes its answer for the result as it is", async () => {
    harness.respond = () => json({ slept: 1 });
    const { output } = await harness.run(task({ ResultPath: "$.results.generate" }), { id: 7 });
    const [call] = harness.calls;
    deepEqual(
      [call?.service, call?.request.path, call?.input],
      ["lambda", `/2015-03-31/functions/${encodeURIComponent(Resource)}/invocations`, { id: 7 }],
    );
    deepEqual(JSON.parse(output ?? ""), { id: 7, results: { generate: { slept: 1 } } });
    deepEqual(await harness.eventTypes(`${arnPrefix}:execution:settlement:job-1`), [
      "ExecutionStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("fails under the name of what the function threw", async () => {
    harness.respond = () => thrown("PermanentFailure");
    const { status, error } = await harness.run(task(), { id: 7 });
    deepEqual([status, error], ["FAILED", "PermanentFailure"]);
    const types = await harness.eventTypes(`${arnPrefix}:execution:settlement:job-1`);
    equal(types.includes("LambdaFunctionFailed"), true);
  });
});
