import assert from "node:assert/strict";
import type { AwsResponse } from "../../local/services/service";
import {
  arnPrefix,
  handOff,
  invocation,
  json,
  queueUrl,
  request,
  roleArn,
  StepFunctionsHarness,
  thrown,
  tokenIn,
} from "../helpers/stepFunctions";

const sent = { MD5OfMessageBody: "d41d8", MessageId: "m-1" };

/** The error under which an operation is refused. */
async function refusal(harness: StepFunctionsHarness, operation: string, input: object) {
  const { body } = await harness.send(operation, input);
  return [body["__type"], body["message"]];
}

const ended = ["TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"];

describe("local Step Functions: tasks that wait for a callback", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => {
    harness = new StepFunctionsHarness();
    harness.respond = () => json(sent);
  });
  afterEach(() => harness.stepFunctions.stop());

  it("send the token as the state machine's role, and go on with the callback's output", async () => {
    const executionArn = await harness.start(handOff({ TimeoutSeconds: 3600, HeartbeatSeconds: 60 }), {
      jobId: "job-1",
    });
    const call = await harness.call();
    const taskToken = tokenIn(call);
    assert.deepEqual(
      { service: call.service, principal: call.request.principal, input: call.input },
      {
        service: "sqs",
        principal: {
          kind: "role",
          roleArn,
          arn: "arn:aws:sts::000000000000:assumed-role/settlement-role/job-1",
        },
        input: { QueueUrl: queueUrl, MessageBody: JSON.stringify({ token: taskToken, jobId: "job-1" }) },
      },
    );
    assert.equal(call.request.headers["x-amz-target"], "AmazonSQS.SendMessage");
    assert.deepEqual(await harness.ok("SendTaskSuccess", { taskToken, output: '{"ok":true}' }), {});
    const { output } = await harness.ended(executionArn);
    assert.deepEqual(JSON.parse(output ?? ""), { jobId: "job-1", results: { approval: { ok: true } } });

    const { events } = await harness.ok("GetExecutionHistory", { executionArn });
    const resource = { resourceType: "sqs", resource: "sendMessage.waitForTaskToken" };
    const outputDetails = { truncated: false };
    assert.deepEqual(
      (events as { type: string }[])
        .slice(2, 6)
        .map(({ type, ...event }) => [type, Object.entries(event).at(-1)]),
      [
        [
          "TaskScheduled",
          [
            "taskScheduledEventDetails",
            {
              ...resource,
              region: "eu-west-1",
              parameters: JSON.stringify({
                QueueUrl: queueUrl,
                MessageBody: { token: taskToken, jobId: "job-1" },
              }),
              timeoutInSeconds: 3600,
              heartbeatInSeconds: 60,
            },
          ],
        ],
        ["TaskStarted", ["taskStartedEventDetails", resource]],
        [
          "TaskSubmitted",
          ["taskSubmittedEventDetails", { ...resource, output: JSON.stringify(sent), outputDetails }],
        ],
        [
          "TaskSucceeded",
          ["taskSucceededEventDetails", { ...resource, output: '{"ok":true}', outputDetails }],
        ],
      ],
    );
  });

  it("take a callback that comes before the message is acknowledged", async () => {
    let acknowledge: (response: AwsResponse) => void = () => undefined;
    harness.respond = () => new Promise((resolve) => (acknowledge = resolve));
    const executionArn = await harness.start(handOff({ TimeoutSeconds: 3600 }), { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    await harness.ok("SendTaskSuccess", { taskToken, output: "1" });
    harness.clock.advance(3_600_000);
    acknowledge(json(sent));
    assert.equal((await harness.ended(executionArn)).status, "SUCCEEDED");
    assert.deepEqual(await harness.eventTypes(executionArn), [
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("fail with the callback's error and cause", async () => {
    const executionArn = await harness.start(handOff(), { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    await harness.ok("SendTaskFailure", { taskToken, error: "Refused", cause: "too late" });
    const { status, error, cause } = await harness.ended(executionArn);
    assert.deepEqual([status, error, cause], ["FAILED", "Refused", "too late"]);
    assert.deepEqual((await harness.eventTypes(executionArn)).slice(-2), ["TaskFailed", "ExecutionFailed"]);
  });

  it("give a catcher nulls for an error and a cause that the callback left out", async () => {
    const definition = handOff(
      { Catch: [{ ErrorEquals: ["States.TaskFailed"], ResultPath: "$.error", Next: "Caught" }] },
      { Caught: { Type: "Succeed" } },
    );
    const executionArn = await harness.start(definition, { jobId: "job-1" });
    await harness.ok("SendTaskFailure", { taskToken: tokenIn(await harness.call()) });
    const { output } = await harness.ended(executionArn);
    assert.deepEqual(JSON.parse(output ?? ""), { jobId: "job-1", error: { Error: null, Cause: null } });
  });

  it("accept one answer only", async () => {
    const executionArn = await harness.start(handOff(), { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    await harness.ok("SendTaskSuccess", { taskToken, output: "{}" });
    for (const [operation, fields] of [
      ["SendTaskSuccess", { output: "{}" }],
      ["SendTaskFailure", {}],
      ["SendTaskHeartbeat", {}],
    ] as const) {
      assert.deepEqual(await refusal(harness, operation, { taskToken, ...fields }), ended);
    }
    await harness.ended(executionArn);
    assert.deepEqual(await refusal(harness, "SendTaskSuccess", { taskToken, output: "{}" }), ended);
  });

  it("time out at the deadline, whatever heartbeats came", async () => {
    const definition = handOff({ TimeoutSeconds: 100, HeartbeatSeconds: 60 });
    const executionArn = await harness.start(definition, { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    harness.clock.advance(59_000);
    await harness.ok("SendTaskHeartbeat", { taskToken });
    assert.deepEqual(harness.clock.waits, [41_000, 60_000]);
    harness.clock.advance(40_999);
    assert.deepEqual(await harness.ok("SendTaskHeartbeat", { taskToken }), {});
    harness.clock.advance(1);
    assert.deepEqual(await refusal(harness, "SendTaskSuccess", { taskToken, output: "{}" }), ended);
    const { status, error, cause } = await harness.ended(executionArn);
    assert.deepEqual([status, error, cause], ["FAILED", "States.Timeout", null]);
    assert.deepEqual((await harness.eventTypes(executionArn)).slice(-2), ["TaskTimedOut", "ExecutionFailed"]);
    assert.deepEqual(harness.clock.waits, []);
  });

  it("wait for a deadline beyond what a timer of Node's can hold", async () => {
    const executionArn = await harness.start(handOff({ TimeoutSeconds: 5_184_000 }), { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    harness.clock.advance(5_183_999_000);
    await harness.ok("SendTaskSuccess", { taskToken, output: "{}" });
    assert.equal((await harness.ended(executionArn)).status, "SUCCEEDED");
  });

  for (const [caughtBy, name] of [
    ["States.HeartbeatTimeout", "its own name"],
    ["States.Timeout", "the name of all timeouts"],
    ["States.ALL", "States.ALL"],
  ]) {
    it(`are caught for a missed heartbeat under ${name}`, async () => {
      const definition = handOff(
        {
          TimeoutSeconds: 3600,
          HeartbeatSecondsPath: "$.heartbeat",
          Catch: [
            { ErrorEquals: ["States.TaskFailed"], Next: "Wrong" },
            { ErrorEquals: [caughtBy], ResultPath: "$.error", Next: "Silent" },
          ],
        },
        { Wrong: { Type: "Fail" }, Silent: { Type: "Succeed" } },
      );
      const executionArn = await harness.start(definition, { jobId: "job-1", heartbeat: 60 });
      await harness.call();
      harness.clock.advance(60_000);
      const { output } = await harness.ended(executionArn);
      assert.deepEqual(JSON.parse(output ?? ""), {
        jobId: "job-1",
        heartbeat: 60,
        error: { Error: "States.Timeout", Cause: "" },
      });
    });
  }

  it("refuse tokens that are none and outputs that are not JSON", async () => {
    await harness.start(handOff(), { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    const invalid = ["InvalidToken", "Invalid Token: 'Invalid token'"];
    const foreign = Buffer.from(`${arnPrefix}:execution:a:b|nonce|signature`).toString("base64");
    for (const wrong of ["nonsense", foreign, `${taskToken}AAAA`, taskToken.slice(0, -8)]) {
      assert.deepEqual(
        await refusal(harness, "SendTaskSuccess", { taskToken: wrong, output: "{}" }),
        invalid,
      );
    }
    const [code] = await refusal(harness, "SendTaskSuccess", { taskToken, output: "{not" });
    assert.equal(code, "InvalidOutput");
    assert.deepEqual(
      await refusal(harness, "SendTaskSuccess", { taskToken, output: `"${"x".repeat(262_143)}"` }),
      [
        "ValidationException",
        "1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to 262144",
      ],
    );
    const wide = `"${"é".repeat(200_000)}"`;
    assert.equal(
      (await refusal(harness, "SendTaskSuccess", { taskToken, output: wide }))[0],
      "InvalidOutput",
    );
    assert.deepEqual(await harness.ok("SendTaskSuccess", { taskToken, output: "null" }), {});
  });

  it("fail as the service names its refusal, and leave a void token", async () => {
    harness.respond = () =>
      json({ __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "no such queue" }, 400);
    const executionArn = await harness.start(handOff(), { jobId: "job-1" });
    const { error, cause } = await harness.ended(executionArn);
    assert.equal(error, "SQS.QueueDoesNotExistException");
    assert.equal(
      cause,
      "no such queue (Service: AmazonSQS; Status Code: 400; Error Code: QueueDoesNotExist; Request ID: request-1; Proxy: null)",
    );
    const taskToken = tokenIn(await harness.call());
    assert.deepEqual(await refusal(harness, "SendTaskSuccess", { taskToken, output: "{}" }), ended);
  });
});

describe("local Step Functions: tasks that call a service", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => (harness = new StepFunctionsHarness()));
  afterEach(() => harness.stepFunctions.stop());

  it("invoke a function and go on with its answer", async () => {
    harness.respond = () => json({ total: 3 });
    const functionArn = "arn:aws:lambda:eu-west-1:000000000000:function:generate";
    const { output } = await harness.run(
      invocation({ Parameters: { FunctionName: functionArn, "Payload.$": "$.a" } }),
      { a: 1 },
    );
    assert.deepEqual(JSON.parse(output ?? ""), {
      ExecutedVersion: "$LATEST",
      Payload: { total: 3 },
      StatusCode: 200,
    });
    const { service, request: made } = await harness.call();
    assert.deepEqual(
      [service, made.method, made.path, made.headers["x-amz-invocation-type"], made.body.toString()],
      [
        "lambda",
        "POST",
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Agenerate/invocations",
        "RequestResponse",
        "1",
      ],
    );
  });

  const failures: [string, object, AwsResponse, string, string][] = [
    [
      "a function that throws",
      invocation(),
      thrown("RangeError"),
      "RangeError",
      '{"errorType":"RangeError","errorMessage":"no"}',
    ],
    [
      "a function that is not there",
      invocation(),
      json({ Message: "Function not found" }, 404, { "x-amzn-errortype": "ResourceNotFoundException" }),
      "Lambda.ResourceNotFoundException",
      "Function not found (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: request-1; Proxy: null)",
    ],
    [
      "an invocation that is denied",
      invocation(),
      json({ Message: "denied" }, 403, { "x-amzn-errortype": "AccessDeniedException" }),
      "Lambda.AWSLambdaException",
      "denied (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: request-1; Proxy: null)",
    ],
    [
      "a condition that does not hold",
      invocation({ Resource: "arn:aws:states:::dynamodb:updateItem", Parameters: { TableName: "jobs" } }),
      json(
        { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", message: "no" },
        400,
      ),
      "DynamoDB.ConditionalCheckFailedException",
      "no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: request-1; Proxy: null)",
    ],
    [
      "a request that DynamoDB finds invalid",
      invocation({ Resource: "arn:aws:states:::dynamodb:getItem", Parameters: { TableName: "jobs" } }),
      json({ __type: "com.amazon.coral.validate#ValidationException", message: "no key" }, 400),
      "DynamoDB.AmazonDynamoDBException",
      "no key (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: request-1; Proxy: null)",
    ],
  ];
  for (const [what, definition, response, error, cause] of failures) {
    it(`fail under AWS's name for ${what}`, async () => {
      harness.respond = () => response;
      const detail = await harness.run(definition);
      assert.deepEqual([detail.status, detail.error, detail.cause], ["FAILED", error, cause]);
    });
  }

  it("update an item with the parameters as they are", async () => {
    harness.respond = () => json({ Attributes: {} });
    const parameters = { TableName: "jobs", Key: { jobId: { S: "job-1" } } };
    const definition = invocation({
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: parameters,
    });
    assert.equal((await harness.run(definition)).output, '{"Attributes":{}}');
    const { service, request: made, input } = await harness.call();
    assert.deepEqual(
      [service, made.headers["x-amz-target"], input],
      ["dynamodb", "DynamoDB_20120810.UpdateItem", parameters],
    );
  });

  it("fail when they return more than a state may hold, which States.ALL catches", async () => {
    harness.respond = () => json("x".repeat(262_144));
    const caught = await harness.run(
      invocation(
        { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] },
        { Caught: { Type: "Succeed" } },
      ),
    );
    assert.deepEqual(JSON.parse(caught.output ?? ""), {
      Error: "States.DataLimitExceeded",
      Cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  it("time out, and the answer that comes later is of no account", async () => {
    let answer: (response: AwsResponse) => void = () => undefined;
    harness.respond = () => new Promise((resolve) => (answer = resolve));
    const executionArn = await harness.start(invocation({ TimeoutSeconds: 5 }));
    await harness.call();
    harness.clock.advance(5000);
    assert.equal((await harness.ended(executionArn)).error, "States.Timeout");
    const before = await harness.eventTypes(executionArn);
    answer(json({}));
    await Promise.resolve();
    assert.deepEqual(await harness.eventTypes(executionArn), before);
  });

  it("run a job to its end with a .sync integration, which learns when the task times out", async () => {
    const stopped: unknown[] = [];
    const jobs = new StepFunctionsHarness({
      integrations: {
        "batch:submitJob.sync": ({ parameters, submitted, signal }) => {
          submitted({ JobId: "j-1" });
          signal.addEventListener("abort", () => stopped.push(parameters["endless"]));
          return parameters["endless"] === true
            ? new Promise(() => undefined)
            : Promise.resolve({ Status: "SUCCEEDED" });
        },
      },
    });
    const definition = invocation({
      Resource: "arn:aws:states:::batch:submitJob.sync",
      Parameters: { "endless.$": "$.endless" },
      TimeoutSeconds: 60,
    });
    const executionArn = await jobs.start(definition, { endless: false });
    assert.equal((await jobs.ended(executionArn)).output, '{"Status":"SUCCEEDED"}');
    assert.deepEqual((await jobs.eventTypes(executionArn)).slice(2, 6), [
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
    const endless = await jobs.start(definition, { endless: true }, "job-2");
    await jobs.clock.waiting(60_000);
    jobs.clock.advance(60_000);
    assert.equal((await jobs.ended(endless)).error, "States.Timeout");
    assert.deepEqual(stopped, [false, true]);
    await jobs.stepFunctions.stop();
  });
});

describe("local Step Functions: permissions", () => {
  it("are asked for on the resource that an operation acts on", async () => {
    const harness = new StepFunctionsHarness();
    harness.respond = () => json(sent);
    const executionArn = await harness.start(handOff(), { jobId: "job-1" });
    const taskToken = tokenIn(await harness.call());
    const stateMachineArn = `${arnPrefix}:stateMachine:settlement`;
    const cases: [string, object, string][] = [
      ["StartExecution", { stateMachineArn }, stateMachineArn],
      ["DescribeExecution", { executionArn }, executionArn],
      ["StopExecution", { executionArn }, executionArn],
      ["GetExecutionHistory", { executionArn }, executionArn],
      ["RedriveExecution", { executionArn }, executionArn],
      ["ListExecutions", { stateMachineArn }, stateMachineArn],
      ["DescribeStateMachine", { stateMachineArn }, stateMachineArn],
      ["ListStateMachines", {}, "*"],
      ["SendTaskSuccess", { taskToken }, stateMachineArn],
      ["SendTaskFailure", { taskToken }, stateMachineArn],
      ["SendTaskHeartbeat", { taskToken }, stateMachineArn],
      ["SendTaskHeartbeat", { taskToken: "nonsense" }, "*"],
    ];
    for (const [operation, input, resource] of cases) {
      assert.deepEqual(harness.stepFunctions.service.requiredPermissions(request(operation, input)), [
        { action: `states:${operation}`, resource },
      ]);
    }
    await harness.stepFunctions.stop();
  });
});
