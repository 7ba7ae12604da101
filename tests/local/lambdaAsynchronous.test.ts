import assert from "node:assert/strict";
import type { JsonObject } from "../../local/services/jsonProtocol";
import {
  deploy,
  failureQueueArn,
  root,
  sessionArn,
  startLambda,
  workArn,
  type RunningLambda,
} from "../helpers/lambda";

describe("An asynchronous invocation", () => {
  let running: RunningLambda;

  beforeEach(() => {
    running = startLambda();
  });

  afterEach(() => running.lambda.stop());

  const send = (event: unknown = { n: 1 }) => running.lambda.invokeAsync(workArn, event, root);

  const sentRecord = async (): Promise<JsonObject> => {
    const [call] = await running.cloud.until("sqs SendMessage");
    assert.equal(call?.principal, sessionArn);
    return JSON.parse(String(call.input["MessageBody"])) as JsonObject;
  };

  it("is retried after one and after two minutes, then told to the failure destination", async () => {
    await deploy(running, `console.log("try " + context.awsRequestId); throw new Error("no");`);
    running.lambda.configureAsync("work", { onFailureArn: failureQueueArn });
    await send();
    await running.clock.pass(60_000);
    await running.clock.pass(120_000);
    const { responsePayload, ...record } = await sentRecord();
    const tries = new Set(await running.logged(/try/, 3));
    assert.equal(tries.size, 1, "all tries have the same request id");
    const requestId = [...tries].join().replace("[work] try ", "");
    assert.deepEqual(record, {
      version: "1.0",
      timestamp: "2026-03-01T00:03:00.000Z",
      requestContext: {
        requestId,
        functionArn: `${workArn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    });
    const { errorType, errorMessage } = responsePayload as JsonObject;
    assert.deepEqual([errorType, errorMessage], ["Error", "no"]);
  });

  it("is told to the success destination when a retry succeeds", async () => {
    await deploy(running, `if (++calls === 1) throw new Error("once");\nreturn "done";`);
    running.lambda.configureAsync("work", { onSuccessArn: failureQueueArn });
    await send();
    await running.clock.pass(60_000);
    const { requestContext, responseContext, responsePayload } = await sentRecord();
    const { requestId, ...context } = requestContext as JsonObject;
    assert.match(String(requestId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      { context, responseContext, responsePayload },
      {
        context: { functionArn: `${workArn}:$LATEST`, condition: "Success", approximateInvokeCount: 2 },
        responseContext: { statusCode: 200, executedVersion: "$LATEST" },
        responsePayload: "done",
      },
    );
  });

  it("is given up when its event is too old for a retry", async () => {
    await deploy(running, `throw new Error("no");`);
    running.lambda.configureAsync("work", { onFailureArn: failureQueueArn, maximumEventAgeSeconds: 60 });
    await send();
    await running.clock.pass(60_000);
    const { requestContext } = await sentRecord();
    const { condition, approximateInvokeCount } = requestContext as JsonObject;
    assert.deepEqual([condition, approximateInvokeCount], ["EventAgeExceeded", 1]);
  });

  it("goes straight to the failure destination when the function's concurrency is zero", async () => {
    await deploy(running, "", { reservedConcurrency: 0 });
    running.lambda.configureAsync("work", { onFailureArn: failureQueueArn });
    await send();
    const { requestContext, requestPayload, responseContext } = await sentRecord();
    assert.equal((requestContext as JsonObject)["approximateInvokeCount"], 0);
    assert.deepEqual([requestPayload, responseContext], [{ n: 1 }, undefined]);
  });

  it("can tell its end to a topic, to a bus and to another function", async () => {
    await deploy(running, "", {
      name: "listener",
      files: { "index.js": "exports.handler = async (event) => console.log(JSON.stringify(event));" },
    });
    await deploy(running, "return 1;");
    running.cloud.on("sns Publish", () => ({}));
    running.cloud.on("events PutEvents", () => ({ FailedEntryCount: 0 }));
    const topic = "arn:aws:sns:eu-west-1:000000000000:ends";
    const bus = "arn:aws:events:eu-west-1:000000000000:event-bus/ends";
    running.lambda.configureAsync("work", { onSuccessArn: topic });
    await send();
    const [publish] = await running.cloud.until("sns Publish");
    running.lambda.configureAsync("work", { onSuccessArn: bus });
    await send();
    const [put] = await running.cloud.until("events PutEvents");
    running.lambda.configureAsync("work", { onSuccessArn: workArn.replace("work", "listener") });
    await send();
    const [line = ""] = await running.logged(/^\[listener\]/);
    const message = JSON.parse(String(publish?.input["Message"])) as JsonObject;
    const [entry = {}] = put?.input["Entries"] as JsonObject[];
    const { Detail, ...others } = entry;
    const told = JSON.parse(line.replace("[listener] ", "")) as JsonObject;
    assert.equal(publish?.input["TopicArn"], topic);
    assert.deepEqual(others, {
      Source: "lambda",
      DetailType: "Lambda Function Invocation Result - Success",
      Resources: [bus, `${workArn}:$LATEST`],
      EventBusName: bus,
    });
    for (const record of [message, JSON.parse(String(Detail)) as JsonObject, told]) {
      assert.deepEqual([record["requestPayload"], record["responsePayload"]], [{ n: 1 }, 1]);
    }
  });

  it("is refused for an unknown function", async () => {
    await assert.rejects(send(), {
      code: "ResourceNotFoundException",
      message: `Function not found: ${workArn}`,
    });
  });

  it("cannot be configured with three retries or with a destination that Lambda has not", async () => {
    await deploy(running, "");
    const configure = (config: object) => () => running.lambda.configureAsync("work", config);
    assert.throws(configure({ maximumRetryAttempts: 3 }), { code: "ValidationException" });
    assert.throws(configure({ onFailureArn: `${failureQueueArn}.fifo` }), {
      code: "InvalidParameterValueException",
    });
  });
});
