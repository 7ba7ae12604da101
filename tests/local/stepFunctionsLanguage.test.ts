import assert from "node:assert/strict";
import { AwsError } from "../../local/services/service";
import { applyResultPath, readPath } from "../../local/services/stepFunctions/language/paths";
import { fillTemplate } from "../../local/services/stepFunctions/language/payloadTemplate";
import { StatesError } from "../../local/services/stepFunctions/language/statesError";
import type { Integrations } from "../../local/services/stepFunctions";
import {
  arnPrefix,
  handOff,
  invocation,
  json,
  roleArn,
  StepFunctionsHarness,
} from "../helpers/stepFunctions";

const context = { Execution: { Name: "job-1" }, StateMachine: { Id: "arn", Name: "settlement" } };

describe("local Step Functions: paths", () => {
  const input = { a: null, "b c": { d: [1, [2]] }, list: [{ x: 1 }, { x: 2 }], length: 9 };
  const reads: [string, unknown][] = [
    ["$", input],
    ["$.a", null],
    ["$.missing", undefined],
    ["$.a.b", undefined],
    ["$.toString", undefined],
    ["$['b c'].d[1]", [2]],
    ["$.list[-1].x", 2],
    ["$.list.length", undefined],
    ["$.list[*].x", [1, 2]],
    ["$.list[0:1]", [{ x: 1 }]],
    ["$.none[*]", []],
    ["$.list[?(@.x==2)]", [{ x: 2 }]],
    ["$$.Execution.Name", "job-1"],
    ["$$", context],
  ];
  for (const [path, expected] of reads) {
    it(`reads ${path}`, () => assert.deepEqual(readPath(path, input, context), expected));
  }

  it("reads the whole of an input that is no object", () => {
    for (const value of [null, 0, "", false, []]) assert.deepEqual(readPath("$", value, context), value);
  });

  const results: [string | null | undefined, unknown, unknown][] = [
    [undefined, { a: 1 }, "r"],
    ["$", { a: 1 }, "r"],
    [null, { a: 1 }, { a: 1 }],
    ["$.b", { a: 1 }, { a: 1, b: "r" }],
    ["$.a.b", {}, { a: { b: "r" } }],
    ["$['a b']", {}, { "a b": "r" }],
    ["$.list[0]", { list: [1, 2] }, { list: ["r", 2] }],
  ];
  for (const [path, before, after] of results) {
    it(`puts a result at ${path}`, () => assert.deepEqual(applyResultPath(path, before, "r"), after));
  }

  it("cannot put a result into a text or beyond a list", () => {
    const failure = { name: "States.ResultPathMatchFailure" };
    assert.throws(() => applyResultPath("$.a.b", { a: "text" }, 1), failure);
    assert.throws(() => applyResultPath("$.a[2]", { a: [] }, 1), failure);
    assert.throws(() => applyResultPath("$.a", "text", 1), failure);
  });
});

describe("local Step Functions: payload templates", () => {
  const input = { name: 'A "quoted" \\ name', n: 2.5, list: [1, 2], object: { a: 1, b: [] }, none: null };
  const fields: [string, unknown][] = [
    ["$.n", 2.5],
    ["States.JsonToString($)", JSON.stringify(input)],
    ["States.JsonToString($.name)", JSON.stringify(input.name)],
    ["States.StringToJson('{\"a\":[1]}')", { a: [1] }],
    ["States.StringToJson(States.JsonToString($))", input],
    ["States.Format('job {} of {}', $$.Execution.Name, $.n)", "job job-1 of 2.5"],
    ["States.Format('{}', $.name)", input.name],
    ["States.Format('it\\'s \\{{}\\}, {}', 1, null)", "it's {1}, null"],
    ["States.Format('{} {}', $.object, $.list)", "{a=1, b=[]} [1, 2]"],
    ["States.Array(1, 'a', true, null, $.list[0])", [1, "a", true, null, 1]],
    ["States.Array()", []],
    ["States.ArrayPartition($.list, 1)", [[1], [2]]],
    ["States.ArrayContains($.list, 2)", true],
    ["States.ArrayRange(1, 9, 4)", [1, 5, 9]],
    ["States.ArrayGetItem($.list, 1)", 2],
    ["States.ArrayLength($.list)", 2],
    ["States.ArrayUnique(States.Array(1, 1, 'a'))", [1, "a"]],
    ["States.Base64Decode(States.Base64Encode('äöü'))", "äöü"],
    ["States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["States.JsonMerge($.object, States.StringToJson('{\"b\":2}'), false)", { a: 1, b: 2 }],
    ["States.MathAdd($.list[1], -1)", 1],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]],
    ["States.StringSplit(',,,,', ',')", []],
  ];
  for (const [expression, expected] of fields) {
    it(`evaluates ${expression}`, () => {
      assert.deepEqual(fillTemplate({ "x.$": expression }, input, context), { x: expected });
    });
  }

  it("makes a new UUID each time", () => {
    const template = { "a.$": "States.UUID()", "b.$": "States.UUID()" };
    const { a, b } = fillTemplate(template, input, context) as { a: string; b: string };
    assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(a, b);
  });

  it("fills in at any depth and leaves all else", () => {
    const template = { plain: "$.n", list: [{ "deep.$": "$.n" }, 1, null], "odd.$.name.$": "$.n" };
    assert.deepEqual(fillTemplate(template, input, context), {
      plain: "$.n",
      list: [{ deep: 2.5 }, 1, null],
      "odd.$.name": 2.5,
    });
  });

  for (const expression of [
    "States.Format('{}')",
    "States.Format('{}', 1, 2)",
    "States.ArrayGetItem($.list, 5)",
    "States.StringToJson('{')",
    "States.Nothing(1)",
    "States.ArrayLength($.n)",
    "States.Array(1",
  ]) {
    it(`fails on ${expression}`, () => {
      const evaluate = () => fillTemplate({ "x.$": expression }, input, context);
      assert.throws(evaluate, { name: "States.IntrinsicFailure" });
    });
  }

  it("fails on a path to nothing with an error that nothing catches", () => {
    assert.throws(
      () => fillTemplate({ "x.$": "$.gone" }, { a: 1 }, context),
      (error) => error instanceof StatesError && error.matchedBy.length === 0,
    );
  });
});

describe("local Step Functions: states", () => {
  let harness: StepFunctionsHarness;
  beforeEach(() => (harness = new StepFunctionsHarness()));
  afterEach(() => harness.stepFunctions.stop());

  const rules: [object, boolean][] = [
    [{ Variable: "$.text", StringEquals: "b" }, true],
    [{ Variable: "$.text", StringLessThanEquals: "a" }, false],
    [{ Variable: "$.number", StringEquals: "2" }, false],
    [{ Variable: "$.number", StringLessThan: "9" }, false],
    [{ Variable: "$.number", NumericGreaterThanEqualsPath: "$.other" }, true],
    [{ Variable: "$.yes", BooleanEquals: true }, true],
    [{ Variable: "$.time", TimestampLessThan: "2026-03-01T12:00:00Z" }, true],
    [{ Variable: "$.file", StringMatches: "in*/*.json" }, true],
    [{ Variable: "$.file", StringMatches: "in?ound/*" }, false],
    [{ Variable: "$.missing", IsPresent: false }, true],
    [{ Variable: "$.none", IsPresent: true }, true],
    [{ Variable: "$.none", IsNull: true }, true],
    [{ Variable: "$.text", IsNull: false }, true],
    [{ Variable: "$.text", IsNumeric: false }, true],
    [{ Not: { Variable: "$.text", StringEquals: "b" } }, false],
    [
      {
        And: [
          { Variable: "$.yes", BooleanEquals: true },
          {
            Or: [
              { Variable: "$.number", NumericEquals: 1 },
              { Variable: "$.number", NumericEquals: 2 },
            ],
          },
        ],
      },
      true,
    ],
  ];
  for (const [rule, expected] of rules) {
    it(`choose by ${JSON.stringify(rule)}`, async () => {
      const definition = {
        StartAt: "Choose",
        States: {
          Choose: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
          Yes: { Type: "Pass", Result: true, End: true },
          No: { Type: "Pass", Result: false, End: true },
        },
      };
      const input = {
        text: "b",
        number: 2,
        other: 2,
        yes: true,
        none: null,
        time: "2026-03-01T11:59:59.5Z",
        file: "inbound/success.json",
      };
      assert.equal((await harness.run(definition, input)).output, String(expected));
    });
  }

  it("fail when no choice matches, and when a rule's variable is not there", async () => {
    const choice = {
      StartAt: "Choose",
      States: {
        Choose: { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: 1, Next: "Yes" }] },
        Yes: { Type: "Succeed" },
      },
    };
    assert.equal((await harness.run(choice, { a: 2 })).error, "States.NoChoiceMatched");
    const other = new StepFunctionsHarness();
    const { error, cause } = await other.run(choice, {});
    assert.deepEqual(
      [error, cause],
      [
        "States.Runtime",
        "An error occurred while executing the state 'Choose' (entered at the event id #2). Invalid path '$.a': The choice state's condition path references an invalid value.",
      ],
    );
  });

  it("see the context object with times in milliseconds", async () => {
    const definition = {
      StartAt: "Look",
      States: { Look: { Type: "Pass", InputPath: "$$", End: true } },
    };
    const { output } = await harness.run(definition, { a: 1 });
    assert.deepEqual(JSON.parse(output ?? ""), {
      Execution: {
        Id: `${arnPrefix}:execution:settlement:job-1`,
        Input: { a: 1 },
        Name: "job-1",
        RoleArn: roleArn,
        StartTime: "2026-03-01T12:00:00.000Z",
        RedriveCount: 0,
      },
      StateMachine: { Id: `${arnPrefix}:stateMachine:settlement`, Name: "settlement" },
      State: { Name: "Look", EnteredTime: "2026-03-01T12:00:00.000Z" },
    });
  });

  it("shape input and output: InputPath, Parameters, ResultSelector, ResultPath, OutputPath", async () => {
    harness.respond = () => json({ total: 3, noise: true });
    const { output } = await harness.run(
      invocation({
        InputPath: "$.parameters",
        Parameters: { FunctionName: "generate", Payload: { "date.$": "$.date" } },
        ResultSelector: { "total.$": "$.Payload.total" },
        ResultPath: "$.results.generate",
        OutputPath: "$.results",
      }),
      { parameters: { date: "2026-03-01" }, results: { earlier: 1 } },
    );
    assert.equal(output, '{"earlier":1,"generate":{"total":3}}');
    assert.deepEqual((await harness.call()).input, { date: "2026-03-01" });
  });

  it("pass on false, zero, empty and null results, and nothing for null paths", async () => {
    for (const result of [false, 0, "", null]) {
      const passing = new StepFunctionsHarness();
      const definition = { StartAt: "P", States: { P: { Type: "Pass", Result: result, End: true } } };
      assert.equal((await passing.run(definition, 1)).output, JSON.stringify(result));
    }
    const definition = {
      StartAt: "P",
      States: { P: { Type: "Pass", InputPath: null, OutputPath: null, End: true } },
    };
    assert.equal((await harness.run(definition, 1)).output, "{}");
  });

  it("wait until a time that the input names", async () => {
    const executionArn = await harness.start(
      { StartAt: "W", States: { W: { Type: "Wait", TimestampPath: "$.until", End: true } } },
      { until: "2026-03-01T12:00:30Z" },
    );
    await harness.clock.waiting(30_000);
    harness.clock.advance(30_000);
    assert.equal((await harness.ended(executionArn)).status, "SUCCEEDED");
  });
});

describe("local Step Functions: state machines", () => {
  const harness = new StepFunctionsHarness();
  const valid = invocation();

  it("are created once, described and listed", async () => {
    const stateMachineArn = harness.create(valid, "b");
    assert.equal(harness.create(valid, "b"), stateMachineArn);
    assert.throws(() => harness.create(handOff(), "b"), {
      code: "StateMachineAlreadyExists",
      message: `State Machine Already Exists: '${stateMachineArn}'`,
    });
    harness.create(valid, "a");
    const item = (name: string) => ({
      stateMachineArn: `${arnPrefix}:stateMachine:${name}`,
      name,
      type: "STANDARD",
      creationDate: harness.clock.now() / 1000,
    });
    assert.deepEqual(await harness.ok("ListStateMachines", {}), { stateMachines: [item("a"), item("b")] });
    assert.deepEqual(await harness.ok("DescribeStateMachine", { stateMachineArn }), {
      ...item("b"),
      status: "ACTIVE",
      definition: JSON.stringify(valid),
      roleArn,
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
  });

  const refused: [string, object, RegExp][] = [
    ["no states", { StartAt: "A" }, /States/],
    ["a state that leads nowhere", { StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } }, /target: B/],
    [
      "an unknown resource",
      invocation({ Resource: "arn:aws:states:::glue:startJobRun.sync" }),
      /the resource arn:aws:states:::glue:startJobRun\.sync, at \/States\/Generate\/Resource/,
    ],
    [
      "a Map state",
      {
        StartAt: "M",
        States: {
          M: {
            Type: "Map",
            ItemProcessor: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
            End: true,
          },
        },
      },
      /type Map, at \/States\/M/,
    ],
    ["JSONata", { QueryLanguage: "JSONata", ...invocation({ Parameters: undefined }) }, /JSONPath only/],
    [
      "a heartbeat as long as the timeout",
      handOff({ TimeoutSeconds: 60, HeartbeatSeconds: 60 }),
      /Heartbeat/,
    ],
    [
      "a delay that is shorter than the interval",
      invocation({ Retry: [{ ErrorEquals: ["a"], IntervalSeconds: 5, MaxDelaySeconds: 5 }] }),
      /'MaxDelaySeconds' must be greater than 'IntervalSeconds' at \/States\/Generate\/Retry\[0\]/,
    ],
    [
      "an unknown jitter strategy",
      invocation({ Retry: [{ ErrorEquals: ["a"], JitterStrategy: "HALF" }] }),
      /'JitterStrategy' must be FULL or NONE/,
    ],
    ["an unknown field", invocation({ TimeoutSecond: 5 }), /\/States\/Generate is invalid/],
    [
      "States.ALL before another catcher",
      invocation({
        Catch: [
          { ErrorEquals: ["States.ALL"], Next: "Generate" },
          { ErrorEquals: ["Other"], Next: "Generate" },
        ],
      }),
      /States\.ALL must appear alone and in the last Catch/,
    ],
  ];
  for (const [what, definition, message] of refused) {
    it(`are not created with ${what}`, () => {
      assert.throws(
        () => harness.create(definition, "refused"),
        (error) =>
          error instanceof AwsError && error.code === "InvalidDefinition" && message.test(error.message),
      );
    });
  }

  it("are not created with another type, a bad name or no role", () => {
    const definition = JSON.stringify(valid);
    const { stepFunctions } = harness;
    assert.throws(
      () => stepFunctions.createStateMachine({ name: "x", definition, roleArn, type: "EXPRESS" }),
      { code: "StateMachineTypeNotSupported" },
    );
    assert.throws(() => stepFunctions.createStateMachine({ name: "x y", definition, roleArn }), {
      code: "InvalidName",
    });
    assert.throws(() => stepFunctions.createStateMachine({ name: "x", definition, roleArn: "me" }), {
      code: "InvalidArn",
    });
    assert.throws(() => stepFunctions.createStateMachine({ name: "x", definition: "{", roleArn }), {
      code: "InvalidDefinition",
    });
  });

  it("may use integrations that are handed in", async () => {
    const integrations: Integrations = { "glue:startJobRun.sync": async () => ({ done: true }) };
    const extended = new StepFunctionsHarness({ integrations });
    const definition = invocation({ Resource: "arn:aws:states:::glue:startJobRun.sync" });
    assert.equal((await extended.run(definition)).output, '{"done":true}');
  });
});
