import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { JsonApiError } from "../../cli/deadletters/jsonApi";
import { parseDeadLetterOptions } from "../../cli/deadletters/options";
import { localQueues } from "../../cli/deadletters/queues";
import { runDeadLetters } from "../../cli/deadletters/run";
import { connect, type DeadLetterServices } from "../../cli/deadletters/services";
import { inNewFolder } from "../helpers/folders";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

const root = path.resolve(__dirname, "../..");
const file = { Records: [{ s3: { object: { key: "inbound/job-1/success.json" } } }] };
const aFile = "files: inbound/job-1/success.json";

/** Has a command fail before it is sent. */
const failing = (name: string, errorName: string) => (services: DeadLetterServices) =>
  services.sqs.middlewareStack.add(
    (next, context) => async (args) => {
      if (context["commandName"] !== name) return next(args);
      throw Object.assign(new Error(`${name} fails`), { name: errorName });
    },
    { step: "initialize" },
  );

describe("npm run deadletters", function () {
  this.timeout(60_000);
  let relay: Relay;
  let lambda: LambdaClient;
  const environment = { ...process.env };
  before(async () => {
    relay = await sharedRelay();
    lambda = new LambdaClient(relay.clientConfig);
    Object.assign(process.env, credentials());
  });
  after(async () => {
    for (const queue of ["record-executions-failures", "jobs-stream-failures"]) await purge(queue);
    lambda.destroy();
    for (const name of Object.keys(credentials())) delete process.env[name];
    Object.assign(process.env, environment);
  });

  const credentials = () => ({
    AWS_REGION: relay.cloud.region,
    AWS_ACCESS_KEY_ID: relay.cloud.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: relay.cloud.operator.secretAccessKey,
  });

  /** The real command, until it ends. */
  const command = async (...args: readonly string[]) => {
    const program = ["-r", "./tools/typescript.cjs", "cli/deadletters.ts", ...args];
    const child = spawn(process.execPath, program, { cwd: root });
    const text = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (text.stdout += String(data)));
    child.stderr.on("data", (data) => (text.stderr += String(data)));
    const [code] = (await once(child, "close")) as [number];
    return { code, ...text };
  };

  /** The command in this process, against the local cloud; a test can interfere with what it calls. */
  const run = async (
    args: readonly string[],
    interfere: (services: DeadLetterServices) => void = () => undefined,
  ) => {
    const options = parseDeadLetterOptions([...args, "--endpoint-url", relay.cloud.endpointUrl]);
    if (!options) throw new Error("that asks for help");
    const lines: string[] = [];
    const services = await connect(options.source, []);
    interfere(services);
    try {
      const queues = localQueues(await allQueues());
      const fine = await runDeadLetters(options, queues, services, (line) => lines.push(line));
      return { fine, lines };
    } finally {
      services.destroy();
    }
  };

  const allQueues = async () => {
    const urls = [...made.values()];
    for (const name of ["record-executions-failures", "jobs-stream-failures"])
      urls.push(await relay.queueUrl(name));
    return urls;
  };

  /** A queue without a consumer, and its dead letters; by name. */
  const made = new Map<string, string>();
  const makeQueue = async (name: string) => {
    const create = async (QueueName: string, Attributes = {}) => {
      const { QueueUrl = "" } = await relay.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      made.set(QueueName, QueueUrl);
      return QueueUrl;
    };
    const dead = await create(`${name}-dead-0123abc`);
    const { Attributes } = await relay.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ["QueueArn"] }),
    );
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: Attributes?.["QueueArn"],
      maxReceiveCount: 5,
    });
    return { dead, source: await create(`${name}-0123abc`, { RedrivePolicy }) };
  };
  afterEach(async () => {
    for (const QueueUrl of made.values()) await relay.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    made.clear();
  });

  const send = (QueueUrl: string, body: object, attributes = {}) =>
    relay.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), MessageAttributes: attributes }),
    );

  /** The bodies of a queue's messages that can be received now. */
  const bodies = async (QueueUrl: string) => {
    const { Messages = [] } = await relay.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body = "" }) => JSON.parse(Body) as unknown);
  };

  const functionArn = async (name: string) => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    return Functions.find(({ FunctionName = "" }) => FunctionName.startsWith(`${name}-`))?.FunctionArn ?? "";
  };

  const streamArn = async () => {
    const FunctionName = await functionArn("start-jobs");
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName }),
    );
    return EventSourceMappings[0]?.EventSourceArn ?? "";
  };

  const purge = async (queue: string) =>
    relay.sqs.send(new PurgeQueueCommand({ QueueUrl: await relay.queueUrl(queue) }));

  /** Puts a message on one of the program's own queues, alone. */
  const sendAlone = async (queue: string, body: object) => {
    await purge(queue);
    await relay.sendTo(queue, body);
  };

  it("lists every dead-letter queue of the program, and how much is in it", async () => {
    const { dead } = await makeQueue("listed");
    await send(dead, file);
    const { code, stdout, stderr } = await command("list", "--endpoint-url", relay.cloud.endpointUrl);
    deepEqual([code, stderr], [0, ""]);
    match(stdout, /│ listed +│ +1 │ unknown │/);
    for (const name of ["callbacks", "handoffs", "jobs-stream-failures", "record-executions-failures"]) {
      match(stdout, new RegExp(`│ ${name} +│ +\\d+ │`));
    }
  });

  it("finds the queues in what Pulumi prints of a stack, too", async () => {
    const { dead } = await makeQueue("printed");
    const stdout = await inNewFolder(async (folder) => {
      const outputs = path.join(folder, "outputs.json");
      writeFileSync(outputs, JSON.stringify({ deadLetterQueues: { printed: dead } }));
      process.env["AWS_ENDPOINT_URL"] = relay.cloud.endpointUrl;
      const ended = await command("show", "printed", "--queues-from", outputs);
      delete process.env["AWS_ENDPOINT_URL"];
      return ended;
    });
    deepEqual(stdout, { code: 0, stdout: "printed has no messages to show.\n", stderr: "" });
  });

  it("ends with 2 and a line when there is no such queue", async () => {
    const { code, stdout, stderr } = await command("show", "nope", "--endpoint-url", relay.cloud.endpointUrl);
    deepEqual([code, stdout], [2, ""]);
    match(stderr, /^There is no dead-letter queue "nope"\. There are: .*callbacks, .*\.\n$/);
  });

  it("shows messages, and leaves them where they are, at once to be had by others", async () => {
    const { dead } = await makeQueue("shown");
    await send(dead, file);
    await send(dead, { jobId: "job-2", process: "settlement", step: "approval", token: "the secret token" });
    const { fine, lines } = await run(["show", "shown"]);
    equal(fine, true);
    deepEqual(
      lines.map((line) => line.replace(/^\d+\. /, "# ").replace(/sent .*/, "sent …")).sort(),
      [
        "   jobs: job-1",
        "   jobs: job-2",
        "   sent …",
        "   sent …",
        `# ${aFile}`,
        "# the request for the hand-off approval of settlement",
        "2 of about 2 messages of shown. They are back on the queue; each look counts as a receive.",
      ].sort(),
    );
    equal(lines.join().includes("secret"), false);
    equal((await bodies(dead)).length, 2);
  });

  it("shows no more than it is asked for", async () => {
    const { dead } = await makeQueue("limited");
    for (const key of ["a", "b", "c"]) await send(dead, { Records: [{ s3: { object: { key } } }] });
    const { lines } = await run(["show", "limited", "--limit", "2"]);
    match(lines.at(-1) ?? "", /^2 of about 3 messages of limited\./);
    equal((await bodies(dead)).length, 3);
  });

  it("has SQS move all messages back to the queue where they failed", async () => {
    const { dead, source } = await makeQueue("moved");
    for (const n of [1, 2, 3]) await send(dead, { n });
    deepEqual(await run(["redrive", "moved"]), {
      fine: true,
      lines: [
        "SQS moves about 3 messages back, and goes on if this program is interrupted.",
        "3 messages moved.",
      ],
    });
    deepEqual([(await bodies(source)).length, await bodies(dead)], [3, []]);
  });

  it("sends some messages back, as they were", async () => {
    const { dead, source } = await makeQueue("some");
    const kind = { DataType: "String", StringValue: "callback" };
    await send(dead, file, { kind });
    await send(dead, file, { kind });
    const { fine, lines } = await run(["redrive", "some", "--limit", "1"]);
    deepEqual(
      [fine, lines],
      [true, [`sent to some-0123abc: ${aFile} (job-1)`, "1 sent back, 0 left on some, 0 forgotten."]],
    );
    const { Messages = [] } = await relay.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: source,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
      }),
    );
    deepEqual(
      Messages.map(({ Body = "", MessageAttributes }) => [JSON.parse(Body) as unknown, MessageAttributes]),
      [[file, { kind }]],
    );
    equal((await bodies(dead)).length, 1);
  });

  it("sends all messages one by one where SQS cannot move them, and says so", async () => {
    const { dead, source } = await makeQueue("unmoved");
    for (const n of [1, 2]) await send(dead, { n });
    const { fine, lines } = await run(
      ["redrive", "unmoved"],
      failing("StartMessageMoveTaskCommand", "UnknownOperationException"),
    );
    equal(fine, true);
    equal(lines[1], "This SQS cannot move messages by itself: they are sent back one by one.");
    equal(lines.at(-1), "2 sent back, 0 left on unmoved, 0 forgotten.");
    deepEqual([(await bodies(source)).length, await bodies(dead)], [2, []]);
  });

  it("loses nothing when it is interrupted between sending and deleting", async () => {
    const { dead, source } = await makeQueue("interrupted");
    await send(dead, file);
    const redrive = ["redrive", "interrupted", "--limit", "5"];
    await rejects(run(redrive, failing("DeleteMessageCommand", "Interrupted")), { name: "Interrupted" });
    // It is on both sides, and on the dead-letter queue at once to be had.
    deepEqual([await bodies(source), await bodies(dead)], [[file], [file]]);
    equal((await run(redrive)).fine, true);
    deepEqual([await bodies(source), await bodies(dead)], [[file, file], []]);
  });

  it("loses nothing when the message cannot be sent", async () => {
    const { dead, source } = await makeQueue("unsent");
    await send(dead, file);
    await rejects(run(["redrive", "unsent", "--limit", "5"], failing("SendMessageCommand", "Throttled")), {
      name: "Throttled",
    });
    deepEqual([await bodies(source), await bodies(dead)], [[], [file]]);
  });

  it("gives a function the event again that Lambda gave up on", async () => {
    const jobId = await relay.submit("settlement");
    const { executionArn } = (await relay.jobThatIs("WAITING", jobId)) as JobAnswer & {
      executionArn: string;
    };
    const detail = { name: jobId, executionArn, status: "ABORTED" };
    const queue = "record-executions-failures";
    await sendAlone(queue, {
      version: "1.0",
      requestContext: {
        functionArn: `${await functionArn("record-executions")}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: {
        "detail-type": "Step Functions Execution Status Change",
        time: "2026-01-01T00:00:00Z",
        detail,
      },
      responsePayload: { errorType: "Error", errorMessage: "the table was away" },
    });
    const { lines: shown } = await run(["show", queue]);
    match(shown[0] ?? "", /^1\. "Step Functions Execution Status Change" \(ABORTED\) for record-executions-/);
    deepEqual(shown.slice(1, 3), [
      `   jobs: ${jobId}`,
      "   why: RetriesExhausted: Error: the table was away",
    ]);
    const { fine, lines } = await run(["redrive", queue]);
    deepEqual([fine, lines.at(-1)], [true, `1 sent back, 0 left on ${queue}, 0 forgotten.`]);
    await relay.jobThatIs("CANCELLED", jobId);
    deepEqual(await bodies(await relay.queueUrl(queue)), []);
  });

  it("leaves what names a function of another account", async () => {
    const queue = "record-executions-failures";
    const foreign = "arn:aws:lambda:us-east-1:111122223333:function:theirs";
    await sendAlone(queue, { requestContext: { functionArn: foreign }, requestPayload: {} });
    const { fine, lines } = await run(["redrive", queue]);
    deepEqual([fine, lines.at(-1)], [false, `0 sent back, 1 left on ${queue}, 0 forgotten.`]);
    match(lines[0] ?? "", new RegExp(`^left: .*: ${foreign} is no function of this account and region$`));
  });

  /** Changes of the table that Lambda gave up on. */
  const changes = async () => ({
    requestContext: { functionArn: await functionArn("start-jobs"), condition: "RetryAttemptsExhausted" },
    DDBStreamBatchInfo: {
      shardId: "shardId-0",
      startSequenceNumber: "1",
      endSequenceNumber: "2",
      approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
      batchSize: 2,
      streamArn: await streamArn(),
    },
  });
  const described =
    /2 changes of the table since 2026-01-01T00:00:00Z \(shardId-0, 1 to 2\) for start-jobs-\w+: /;

  it("leaves changes of the table, which the local cloud's streams do not show again", async () => {
    const queue = "jobs-stream-failures";
    await sendAlone(queue, await changes());
    const { fine, lines } = await run(["redrive", queue]);
    equal(fine, false);
    deepEqual(
      lines.map((line) => line.replace(described, "… ")),
      [
        "left: … this endpoint has no DynamoDB Streams; reconcileJobs repairs their jobs",
        `0 sent back, 1 left on ${queue}, 0 forgotten.`,
      ],
    );
  });

  it("forgets changes of the table that the stream no longer has, but only if it is told to", async () => {
    const queue = "jobs-stream-failures";
    await sendAlone(queue, await changes());
    const trimmed = { call: () => Promise.reject(new JsonApiError("TrimmedDataAccessException", "gone")) };
    const expire = (services: DeadLetterServices) => void Object.assign(services, { streams: trimmed });
    const reason =
      "its changes have left the table's stream, which keeps them for 24 hours; reconcileJobs repairs their jobs";
    const shown = async (...flags: string[]) => {
      const { fine, lines } = await run(["redrive", queue, ...flags], expire);
      return { fine, lines: lines.map((line) => line.replace(described, "… ")) };
    };
    deepEqual(await shown(), {
      fine: false,
      lines: [`left: … ${reason}`, `0 sent back, 1 left on ${queue}, 0 forgotten.`],
    });
    deepEqual(await shown("--forget-expired"), {
      fine: true,
      lines: [`forgotten: … ${reason}`, `0 sent back, 0 left on ${queue}, 1 forgotten.`],
    });
    deepEqual(await bodies(await relay.queueUrl(queue)), []);
  });
});
