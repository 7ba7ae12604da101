import assert from "node:assert/strict";
import {
  awsRequest,
  deploy,
  queueArn,
  request,
  roleArn,
  startLambda,
  workArn,
  type RunningLambda,
} from "../helpers/lambda";

const functions = "/2015-03-31/functions";
const runtime = `nodejs${process.versions.node.split(".")[0]}.x`;

const configuration = {
  FunctionName: "work",
  FunctionArn: workArn,
  Runtime: runtime,
  Role: roleArn,
  Handler: "index.handler",
  Timeout: 3,
  MemorySize: 256,
  LastModified: "2026-03-01T00:00:00.000+0000",
  Version: "$LATEST",
  Environment: { Variables: { TABLE: "jobs" } },
  PackageType: "Zip",
  State: "Active",
  LastUpdateStatus: "Successful",
};

describe("Lambda's wire", () => {
  let running: RunningLambda;

  beforeEach(async () => {
    running = startLambda();
    await deploy(running, "return event;", { environment: { TABLE: "jobs" }, reservedConcurrency: 2 });
  });

  afterEach(() => running.lambda.stop());

  const names = ["work", "000000000000:function:work", workArn, `${workArn}:$LATEST`, "work:$LATEST"];
  for (const name of names) {
    it(`invokes ${name}`, async () => {
      const path = `${functions}/${encodeURIComponent(name)}/invocations`;
      const { status, headers, body } = await request(running, "POST", path, `{"n":1}`);
      const { "x-amzn-requestid": id, ...others } = headers;
      assert.match(id ?? "", /^[0-9a-f-]{36}$/);
      const expected = { "content-type": "application/json", "x-amz-executed-version": "$LATEST" };
      assert.deepEqual({ status, body, headers: others }, { status: 200, body: { n: 1 }, headers: expected });
    });
  }

  it("gives an empty event to a function that is invoked without a payload", async () => {
    assert.deepEqual((await request(running, "POST", `${functions}/work/invocations`)).body, {});
  });

  it("only checks the request of a dry run", async () => {
    const dryRun = { "x-amz-invocation-type": "DryRun" };
    const { status, body } = await request(running, "POST", `${functions}/work/invocations`, "{}", dryRun);
    assert.deepEqual({ status, body }, { status: 204, body: "" });
  });

  it("queues an event", async () => {
    const asynchronous = { "x-amz-invocation-type": "Event" };
    const { status, body } = await request(
      running,
      "POST",
      `${functions}/work/invocations`,
      "{}",
      asynchronous,
    );
    assert.deepEqual({ status, body }, { status: 202, body: "" });
  });

  type Refusal = readonly [
    title: string,
    path: string,
    body: string,
    headers: Record<string, string>,
    answer: object,
  ];
  const notFound = (arn: string) => ({
    status: 404,
    type: "ResourceNotFoundException",
    body: { Type: "User", Message: `Function not found: ${arn}` },
  });
  const refusals: readonly Refusal[] = [
    ["an unknown function", "other", "{}", {}, notFound(workArn.replace("work", "other"))],
    ["an unknown version", "work", "{}", { qualifier: "7" }, notFound(`${workArn}:7`)],
    [
      "a function of another region",
      encodeURIComponent(workArn.replace("eu-west-1", "us-east-1")),
      "{}",
      {},
      notFound(workArn.replace("eu-west-1", "us-east-1")),
    ],
    [
      "a payload that is no JSON",
      "work",
      "{",
      {},
      {
        status: 400,
        type: "InvalidRequestContentException",
        body: {
          Type: "User",
          message:
            "Could not parse request body into json: Could not parse payload into json: Expected property name or '}' in JSON at position 1",
        },
      },
    ],
    [
      "an event of more than 1 MB",
      "work",
      `"${"x".repeat(1_048_575)}"`,
      { "x-amz-invocation-type": "Event" },
      {
        status: 413,
        type: "RequestEntityTooLargeException",
        body: {
          Type: "User",
          message: "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        },
      },
    ],
    [
      "a payload of more than 6 MB",
      "work",
      `"${"x".repeat(6_291_455)}"`,
      {},
      {
        status: 413,
        type: "RequestEntityTooLargeException",
        body: {
          Type: "User",
          message:
            "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
        },
      },
    ],
    [
      "an unknown type of invocation",
      "work",
      "{}",
      { "x-amz-invocation-type": "Later" },
      {
        status: 400,
        type: "ValidationException",
        body: {
          Type: "User",
          message:
            "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
        },
      },
    ],
  ];
  for (const [title, name, payload, { qualifier, ...headers }, expected] of refusals) {
    it(`refuses ${title}`, async () => {
      const query = qualifier === undefined ? "" : `?Qualifier=${qualifier}`;
      const path = `${functions}/${name}/invocations${query}`;
      const { status, headers: answered, body } = await request(running, "POST", path, payload, headers);
      // Where in the text the JSON ends is told differently by later versions of Node.
      const text = JSON.stringify(body).replace(/ \(line 1 column \d+\)/, "");
      const found = { status, type: answered["x-amzn-errortype"], body: JSON.parse(text) as unknown };
      assert.deepEqual(found, expected);
    });
  }

  it("shows a function", async () => {
    const Concurrency = { ReservedConcurrentExecutions: 2 };
    const { body } = await request(running, "GET", `${functions}/work`);
    assert.deepEqual(body, { Configuration: configuration, Concurrency });
    const { body: part } = await request(running, "GET", `${functions}/work/configuration`);
    assert.deepEqual(part, configuration);
  });

  it("lists functions page by page", async () => {
    await deploy(running, "", { name: "other" });
    const first = await request(running, "GET", `${functions}/?MaxItems=1`);
    assert.deepEqual(first.body, { NextMarker: "1", Functions: [configuration] });
    const second = (await request(running, "GET", `${functions}?Marker=1`)).body as { Functions: unknown[] };
    assert.equal(second.Functions.length, 1);
  });

  it("shows the policy of a function that has one", async () => {
    const statement = { Sid: "topic", Effect: "Allow", Principal: { Service: "sns.amazonaws.com" } };
    const without = await request(running, "GET", `${functions}/work/policy`);
    assert.deepEqual(
      [without.status, without.body],
      [404, { Type: "User", Message: "The resource you requested does not exist." }],
    );
    running.lambda.addPermission("work", statement);
    const { body } = await request(running, "GET", `${functions}/work/policy`);
    const policy = { Version: "2012-10-17", Id: "default", Statement: [statement] };
    assert.deepEqual(JSON.parse((body as { Policy: string }).Policy), policy);
    assert.deepEqual(running.lambda.resourcePolicy(workArn), policy);
    assert.throws(() => running.lambda.addPermission("work", statement), {
      code: "ResourceConflictException",
    });
  });

  it("lists event source mappings by their source and by their function", async () => {
    running.cloud.receives();
    const mapping = { functionName: "work", eventSourceArn: queueArn, enabled: false, batchSize: 5 };
    const { uuid } = await running.lambda.createEventSourceMapping(mapping);
    const mappings = "/2015-03-31/event-source-mappings/";
    const expected = {
      UUID: uuid,
      EventSourceArn: queueArn,
      FunctionArn: workArn,
      BatchSize: 5,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: [],
      LastModified: Date.parse("2026-03-01T00:00:00Z") / 1000,
      State: "Disabled",
      StateTransitionReason: "USER_INITIATED",
    };
    for (const query of ["", "?FunctionName=work", `?EventSourceArn=${encodeURIComponent(queueArn)}`]) {
      const { body } = await request(running, "GET", `${mappings}${query}`);
      assert.deepEqual(body, { NextMarker: null, EventSourceMappings: [expected] });
    }
    const { body } = await request(running, "GET", `${mappings}?EventSourceArn=other`);
    assert.deepEqual(body, { NextMarker: null, EventSourceMappings: [] });
  });

  const permissions: readonly (readonly [method: string, path: string, action: string, resource: string])[] =
    [
      ["POST", `${functions}/work/invocations`, "lambda:InvokeFunction", workArn],
      [
        "POST",
        `${functions}/work/invocations?Qualifier=$LATEST`,
        "lambda:InvokeFunction",
        `${workArn}:$LATEST`,
      ],
      ["GET", `${functions}/work`, "lambda:GetFunction", workArn],
      ["GET", `${functions}/work/configuration`, "lambda:GetFunctionConfiguration", workArn],
      ["GET", `${functions}/work/policy`, "lambda:GetPolicy", workArn],
      ["GET", `${functions}/`, "lambda:ListFunctions", "*"],
      ["GET", "/2015-03-31/event-source-mappings/", "lambda:ListEventSourceMappings", "*"],
    ];
  for (const [method, path, action, resource] of permissions) {
    it(`asks for ${action} on ${resource} for ${method} ${path}`, () => {
      const found = running.lambda.service.requiredPermissions(awsRequest(method, path));
      assert.deepEqual(found, [{ action, resource }]);
    });
  }

  it("knows no other operation", async () => {
    const { status, headers } = await request(running, "DELETE", `${functions}/work`);
    assert.deepEqual([status, headers["x-amzn-errortype"]], [404, "UnknownOperationException"]);
  });
});

describe("CreateFunction", () => {
  let running: RunningLambda;

  before(async () => {
    running = startLambda();
    await deploy(running, "");
  });

  after(() => running.lambda.stop());

  const environmentRefused =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  const cases: readonly (readonly [
    title: string,
    input: Parameters<typeof deploy>[2],
    code: string,
    message: RegExp,
  ])[] = [
    ["a name that is taken", {}, "ResourceConflictException", /^Function already exist: work$/],
    [
      "a timeout of 901 s",
      { timeoutSeconds: 901 },
      "ValidationException",
      /'timeout'.*less than or equal to 900$/,
    ],
    [
      "memory of 64 MB",
      { memoryMb: 64 },
      "ValidationException",
      /'memorySize'.*greater than or equal to 128$/,
    ],
    ["a name with a dot", { name: "a.b" }, "ValidationException", /'a\.b' at 'functionName'/],
    [
      "reserved variables",
      { environment: { AWS_REGION: "x", AWS_SESSION_TOKEN: "y" } },
      "InvalidParameterValueException",
      new RegExp(
        `^${environmentRefused} contains reserved keys .*Reserved keys used in this request: AWS_REGION, AWS_SESSION_TOKEN$`,
      ),
    ],
    [
      "more than 4 KB of variables",
      { environment: { BIG: "x".repeat(4090) } },
      "InvalidParameterValueException",
      new RegExp(`^${environmentRefused} exceeded the 4KB limit\\. String measured: \\{"BIG":"x+"\\}$`),
    ],
    [
      "a variable's name with a dash",
      { environment: { "A-B": "x" } },
      "ValidationException",
      /regular expression/,
    ],
    ["no files", { files: {} }, "InvalidParameterValueException", /non-empty zip/],
    [
      "a file outside the archive",
      { files: { "../x.js": "" } },
      "InvalidParameterValueException",
      /^Could not unzip uploaded file/,
    ],
  ];
  for (const [title, input, code, message] of cases) {
    it(`refuses ${title}`, () => assert.rejects(deploy(running, "", input), { code, message }));
  }
});
