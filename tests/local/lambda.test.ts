import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploy, invoke, startLambda, workArn, type RunningLambda, type WireAnswer } from "../helpers/lambda";

/** A handler's code that waits until the file named by the event exists. */
const waitForFile = `
  console.log("begun " + process.pid);
  while (!require("fs").existsSync(event.file)) await new Promise((resolve) => setTimeout(resolve, 10));
  return process.pid;`;

/** The error that an invocation answered with. */
function errorOf({ status, headers, body }: WireAnswer): unknown {
  assert.equal(status, 200);
  assert.equal(headers["x-amz-function-error"], "Unhandled");
  return body;
}

const requestId = ({ headers }: WireAnswer) => headers["x-amzn-requestid"] ?? "";

describe("A function of the local Lambda", () => {
  let running: RunningLambda;

  beforeEach(() => {
    running = startLambda();
  });

  afterEach(() => running.lambda.stop());

  it("starts a process for the first invocation and uses it again for the next", async () => {
    await deploy(running, "return { calls: ++calls, pid: process.pid, event };");
    const [first, second] = [await invoke(running, { n: 1 }), await invoke(running, { n: 2 })];
    const { pid } = first.body as { pid: number };
    assert.deepEqual(first.body, { calls: 1, pid, event: { n: 1 } });
    assert.deepEqual(second.body, { calls: 2, pid, event: { n: 2 } });
    assert.notEqual(pid, process.pid);
  });

  it("ends a process that was idle for five minutes", async () => {
    await deploy(running, "return process.pid;");
    const { body: first } = await invoke(running, {});
    await running.clock.pass(5 * 60_000);
    const { body: second } = await invoke(running, {});
    assert.notEqual(second, first);
  });

  describe("with invocations at the same time", () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "lambda-test-"));
      file = join(folder, "go");
    });

    afterEach(() => rm(folder, { recursive: true }));

    it("runs each in a process of its own, and lets those beyond the limit wait", async () => {
      await deploy(running, waitForFile);
      const answers = [1, 2, 3, 4, 5].map(() => invoke(running, { file }));
      const begun = await running.logged(/begun/, 4);
      assert.equal(new Set(begun).size, 4);
      await writeFile(file, "");
      const pids = (await Promise.all(answers)).map(({ body }) => body);
      assert.equal(new Set(pids).size, 4);
    });

    it("throttles those beyond its reserved concurrency", async () => {
      await deploy(running, waitForFile, { reservedConcurrency: 1 });
      const first = invoke(running, { file });
      await running.logged(/begun/);
      const { status, headers, body } = await invoke(running, { file });
      await writeFile(file, "");
      assert.equal((await first).status, 200);
      assert.equal(status, 429);
      assert.equal(headers["x-amzn-errortype"], "TooManyRequestsException");
      assert.deepEqual(body, {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
        Type: "User",
        message: "Rate Exceeded.",
      });
    });
  });

  it("answers an error that the handler throws, and goes on with the same process", async () => {
    await deploy(running, `if (event.bad) throw new RangeError("too far");\nreturn process.pid;`);
    const { body: pid } = await invoke(running, {});
    const { errorType, errorMessage, trace } = errorOf(await invoke(running, { bad: true })) as {
      errorType: string;
      errorMessage: string;
      trace: string[];
    };
    assert.deepEqual([errorType, errorMessage, trace[0]], ["RangeError", "too far", "RangeError: too far"]);
    assert.match(trace[1] ?? "", /index\.js:3/);
    assert.equal((await invoke(running, {})).body, pid);
  });

  it("answers what is thrown and is no error by its type", async () => {
    await deploy(running, `throw "plain";`);
    const expected = { errorType: "string", errorMessage: "plain", trace: [] };
    assert.deepEqual(errorOf(await invoke(running, {})), expected);
  });

  it("kills an invocation that outlives its timeout", async () => {
    await deploy(running, `if (event.hang) { console.log("hanging"); for (;;); }\nreturn process.pid;`);
    const { body: pid } = await invoke(running, {});
    const hanging = invoke(running, { hang: true });
    await running.logged(/hanging/);
    await running.clock.pass(3000);
    const answer = await hanging;
    const id = requestId(answer);
    assert.deepEqual(errorOf(answer), {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${id} Error: Task timed out after 3.00 seconds`,
    });
    assert.equal(running.lines.at(-1), `[work] ${id} Task timed out after 3.00 seconds`);
    assert.notEqual((await invoke(running, {})).body, pid);
  });

  const exits: readonly (readonly [title: string, code: string, reason: string])[] = [
    ["exits with a status", "process.exit(3);", "Runtime exited with error: exit status 3"],
    ["exits with status 0", "process.exit(0);", "Runtime exited without providing a reason"],
    [
      "is killed",
      `process.kill(process.pid, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 9999));`,
      "Runtime exited with error: signal: killed",
    ],
    [
      "outgrows its memory",
      "const kept = [Buffer.alloc(300 * 1024 * 1024, 1)]; await new Promise((resolve) => setTimeout(resolve, 9999));",
      "Runtime exited with error: signal: killed",
    ],
  ];
  for (const [title, code, reason] of exits) {
    it(`answers Runtime.ExitError when its process ${title}`, async () => {
      await deploy(running, code);
      const answer = await invoke(running, {});
      assert.deepEqual(errorOf(answer), {
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${requestId(answer)} Error: ${reason}`,
      });
    });
  }

  const failures: readonly (readonly [title: string, code: string, type: string, message: RegExp])[] = [
    [
      "a promise is rejected that nobody awaits",
      `Promise.reject(new Error("lost")); await new Promise((resolve) => setTimeout(resolve, 9999));`,
      "Runtime.UnhandledPromiseRejection",
      /^Error: lost$/,
    ],
    [
      "a callback throws",
      `setTimeout(() => { throw new TypeError("late"); }, 1); await new Promise((resolve) => setTimeout(resolve, 9999));`,
      "TypeError",
      /^late$/,
    ],
    ["its promise can never settle", "await new Promise(() => {});", "Runtime.NodeJsExit", /never settled/],
    [
      "its answer is no JSON",
      "return { big: 1n };",
      "Runtime.JSONStringifyError",
      /^Unable to stringify response body$/,
    ],
  ];
  for (const [title, code, type, message] of failures) {
    it(`answers an error when ${title}`, async () => {
      await deploy(running, code);
      const error = errorOf(await invoke(running, {})) as { errorType: string; errorMessage: string };
      assert.equal(error.errorType, type);
      assert.match(error.errorMessage, message);
    });
  }

  it("answers no more than 6 MB", async () => {
    await deploy(running, `return "x".repeat(6291556);`);
    assert.deepEqual(errorOf(await invoke(running, {})), {
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
  });

  it("sees its own variables and what Lambda sets, and nothing of the parent's", async () => {
    process.env["SECRET_OF_PARENT"] = "hidden";
    after(() => delete process.env["SECRET_OF_PARENT"]);
    await deploy(running, "return { environment: process.env, cwd: process.cwd() };", {
      environment: { TABLE: "jobs" },
    });
    const { body } = await invoke(running, {});
    const { environment, cwd } = body as { environment: Record<string, string>; cwd: string };
    const stream = environment["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "";
    assert.match(stream, /^2026\/03\/01\/\[\$LATEST\][0-9a-f]{32}$/);
    const runtime = `nodejs${process.versions.node.split(".")[0]}.x`;
    assert.deepEqual(environment, {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      AWS_ACCESS_KEY_ID: "key of arn:aws:iam::000000000000:role/worker for work",
      TABLE: "jobs",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: "work",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/work",
      AWS_LAMBDA_LOG_STREAM_NAME: stream,
      LAMBDA_TASK_ROOT: cwd,
      _HANDLER: "index.handler",
    });
  });

  it("is given a context", async () => {
    await deploy(running, "return { ...context, left: context.getRemainingTimeInMillis() };");
    const answer = await invoke(running, {});
    const { left, logStreamName, ...context } = answer.body as { left: number; logStreamName: string };
    assert.deepEqual(context, {
      awsRequestId: requestId(answer),
      functionName: "work",
      functionVersion: "$LATEST",
      invokedFunctionArn: workArn,
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/work",
    });
    assert.ok(left > 0 && left <= 3000, String(left));
    assert.match(logStreamName, /^2026/);
  });

  it("shows what it wrote, line by line and as the tail of the log", async () => {
    await deploy(running, `console.log("one");\nconsole.error("two");\nreturn 1;`);
    const answer = await invoke(running, {}, { "x-amz-log-type": "Tail" });
    const id = requestId(answer);
    assert.deepEqual([...running.lines].sort(), ["[work] one", "[work] two"]);
    const tail = Buffer.from(answer.headers["x-amz-log-result"] ?? "", "base64").toString();
    assert.deepEqual(tail.split("\n").sort(), [
      "",
      `END RequestId: ${id}`,
      `REPORT RequestId: ${id}\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 256 MB\t`,
      `START RequestId: ${id} Version: $LATEST`,
      "one",
      "two",
    ]);
  });

  it("leaves neither process nor file behind when Lambda stops", async () => {
    await deploy(running, `console.log("hanging");\nfor (;;);`);
    await deploy(running, "return { cwd: process.cwd(), pid: process.pid };", { name: "other" });
    const hanging = invoke(running, {});
    await running.logged(/hanging/);
    const { body } = await invoke(running, {}, {}, "other");
    const { cwd, pid } = body as { cwd: string; pid: number };
    await running.lambda.stop();
    await hanging;
    assert.equal(existsSync(join(cwd, "..", "..")), false);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    assert.equal(running.clock.pending, 0);
  });
});

describe("A handler string", () => {
  let running: RunningLambda;

  before(() => {
    running = startLambda();
  });

  after(() => running.lambda.stop());

  const files = {
    "index.js": `exports.handler = async () => "cjs"; exports.deep = { er: () => "deep" }; exports.value = 1;
      exports.callback = (event, context, callback) => callback();`,
    "lib/module.mjs": `export const handler = async () => "mjs";`,
    "lib/es/package.json": `{"type":"module"}`,
    "lib/es/index.js": `export const handler = async () => "type module";`,
    "broken.js": "exports.handler = (;",
    "missing.js": `require("nowhere");`,
    "throwing.js": `throw new URIError("at load");`,
  };

  const cases: readonly (readonly [handler: string, expected: unknown])[] = [
    ["index.handler", "cjs"],
    ["index.deep.er", "deep"],
    ["lib/module.handler", "mjs"],
    ["lib/es/index.handler", "type module"],
    ["index.none", ["Runtime.HandlerNotFound", "index.none is undefined or not exported"]],
    ["index.value", ["Runtime.HandlerNotFound", "index.value is not a function"]],
    [
      "index.callback",
      [
        "Runtime.CallbackHandlerDeprecated",
        "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature.",
      ],
    ],
    ["index", ["Runtime.MalformedHandlerName", "Bad handler"]],
    [
      "../index.handler",
      [
        "Runtime.MalformedHandlerName",
        "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
      ],
    ],
    ["none.handler", ["Runtime.ImportModuleError", "Error: Cannot find module 'none'"]],
    ["missing.handler", ["Runtime.ImportModuleError", "Error: Cannot find module 'nowhere'"]],
    ["broken.handler", ["Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token ';'"]],
    ["throwing.handler", ["URIError", "at load"]],
  ];
  for (const [index, [handler, expected]] of cases.entries()) {
    it(`${handler} gives ${JSON.stringify(expected)}`, async () => {
      const name = `handler${index}`;
      await deploy(running, "", { name, handler, files });
      const answer = await invoke(running, {}, {}, name);
      const body = answer.body as string | { errorType: string; errorMessage: string };
      const found =
        typeof body === "string" ? body : [body.errorType, body.errorMessage.split("\n", 1).join("")];
      assert.deepEqual(found, expected);
    });
  }
});
