import { deepEqual, equal, throws } from "node:assert/strict";
import { CatalogueError, type CatalogueIssue } from "../../components/catalogue/catalogueError";
import { parseCatalogue } from "../../components/catalogue/parseCatalogue";

const rules = { functions: ["generatePayload", "sleep"], retentionDays: 400 };

function issuesOf(config: unknown): readonly CatalogueIssue[] {
  let issues: readonly CatalogueIssue[] = [];
  throws(
    () => parseCatalogue(config, rules),
    (error) => {
      issues = error instanceof CatalogueError ? error.issues : [];
      return error instanceof CatalogueError;
    },
  );
  return issues;
}

const handoff = { name: "approval", deadline: "24h" };
const withSteps = (...steps: unknown[]) => ({ settlement: { steps } });

describe("The catalogue", () => {
  it("reads processes with all kinds of steps", () => {
    const schema = { type: "object", properties: { date: { type: "string", format: "date" } } };
    const config = {
      settlement: {
        description: "Settle",
        parameters: schema,
        steps: [
          { invoke: "generatePayload" },
          { invoke: { function: "generatePayload", name: "again" } },
          { handoff: { name: "approval", deadline: "24h", heartbeat: "90m" } },
        ],
      },
    };
    deepEqual(parseCatalogue(config, rules), {
      settlement: {
        name: "settlement",
        description: "Settle",
        parameters: schema,
        steps: [
          { kind: "invoke", name: "generatePayload", function: "generatePayload" },
          { kind: "invoke", name: "again", function: "generatePayload" },
          { kind: "handoff", name: "approval", deadlineSeconds: 86_400, heartbeatSeconds: 5_400 },
        ],
      },
    });
  });

  it("knows which processes take large answers", () => {
    const steps = [{ handoff }];
    const config = { a: { largeResults: true, steps }, b: { largeResults: false, steps }, c: { steps } };
    const { a, b, c } = parseCatalogue(config, rules);
    deepEqual(
      [a, b, c].map((process) => process?.largeResults),
      [true, undefined, undefined],
    );
  });

  const refused: [title: string, config: unknown, key: string, value: unknown, rule: RegExp][] = [
    ["no catalogue", undefined, "processes", undefined, /at least one/],
    ["an empty catalogue", {}, "processes", {}, /at least one/],
    ["a list", [], "processes", [], /map of processes/],
    ["a process that is text", { a: "b" }, "processes.a", "b", /a map/],
    ["a name with a space", { "a b": { steps: [{ invoke: "sleep" }] } }, "processes.a b", "a b", /a letter/],
    ["no steps", { a: {} }, "processes.a.steps", undefined, /at least one step/],
    ["an empty list of steps", { a: { steps: [] } }, "processes.a.steps", [], /at least one step/],
    [
      "a misspelt key",
      { a: { steps: [{ invoke: "sleep" }], parameter: {} } },
      "processes.a.parameter",
      {},
      /known keys/,
    ],
    [
      "largeResults in quotes",
      { a: { largeResults: "True", steps: [{ handoff }] } },
      "processes.a.largeResults",
      "True",
      /true or false, without quotes/,
    ],
    [
      "largeResults without a hand-off",
      { a: { largeResults: true, steps: [{ invoke: "sleep" }] } },
      "processes.a.largeResults",
      true,
      /has no hand-off/,
    ],
    [
      "a description that is a number",
      { a: { description: 3, steps: [{ invoke: "sleep" }] } },
      "processes.a.description",
      3,
      /text/,
    ],
    [
      "parameters of type array",
      { a: { parameters: { type: "array" }, steps: [{ invoke: "sleep" }] } },
      "processes.a.parameters",
      { type: "array" },
      /type object/,
    ],
    [
      "a schema with an unknown type",
      {
        a: {
          parameters: { type: "object", properties: { x: { type: "whole" } } },
          steps: [{ invoke: "sleep" }],
        },
      },
      "processes.a.parameters",
      { type: "object", properties: { x: { type: "whole" } } },
      /compiles: .*type/,
    ],
    [
      "a schema with a misspelt keyword",
      { a: { parameters: { type: "object", requird: ["x"] }, steps: [{ invoke: "sleep" }] } },
      "processes.a.parameters",
      { type: "object", requird: ["x"] },
      /requird/,
    ],
    [
      "an unknown step kind",
      withSteps({ bach: {} }),
      "processes.settlement.steps[0]",
      { bach: {} },
      /its kind/,
    ],
    [
      "a step of two kinds",
      withSteps({ invoke: "sleep", handoff }),
      "processes.settlement.steps[0]",
      { invoke: "sleep", handoff },
      /one key/,
    ],
    [
      "a step that is text",
      withSteps("invoke"),
      "processes.settlement.steps[0]",
      "invoke",
      /a map with one key/,
    ],
    [
      "an unknown function",
      withSteps({ invoke: "slep" }),
      "processes.settlement.steps[0].invoke",
      "slep",
      /generatePayload, sleep/,
    ],
    [
      "a step name used twice",
      withSteps({ invoke: "sleep" }, { invoke: "sleep" }),
      "processes.settlement.steps[1]",
      "sleep",
      /used once/,
    ],
    [
      "a step name with a hyphen",
      withSteps({ handoff: { ...handoff, name: "a-b" } }),
      "processes.settlement.steps[0].handoff.name",
      "a-b",
      /underscores/,
    ],
    [
      "a reserved step name",
      withSteps({ handoff: { ...handoff, name: "RecordSuccess" } }),
      "processes.settlement.steps[0].handoff.name",
      "RecordSuccess",
      /own states/,
    ],
    [
      "a hand-off without a deadline",
      withSteps({ handoff: { name: "approval" } }),
      "processes.settlement.steps[0].handoff.deadline",
      undefined,
      /has a deadline/,
    ],
    [
      "a deadline without a unit",
      withSteps({ handoff: { ...handoff, deadline: "24" } }),
      "processes.settlement.steps[0].handoff.deadline",
      "24",
      /unit/,
    ],
    [
      "a deadline of nothing",
      withSteps({ handoff: { ...handoff, deadline: "0s" } }),
      "processes.settlement.steps[0].handoff.deadline",
      "0s",
      /above 0/,
    ],
    [
      "a deadline of two years",
      withSteps({ handoff: { ...handoff, deadline: "730d" } }),
      "processes.settlement.steps[0].handoff.deadline",
      "730d",
      /365d/,
    ],
    [
      "a heartbeat that is no duration",
      withSteps({ handoff: { ...handoff, heartbeat: 60 } }),
      "processes.settlement.steps[0].handoff.heartbeat",
      60,
      /duration/,
    ],
    [
      "a heartbeat as long as the deadline",
      withSteps({ handoff: { ...handoff, heartbeat: "24h" } }),
      "processes.settlement.steps[0].handoff.heartbeat",
      "24h",
      /shorter/,
    ],
    [
      "a hand-off that is text",
      withSteps({ handoff: "approval" }),
      "processes.settlement.steps[0].handoff",
      "approval",
      /a map/,
    ],
    [
      "an unknown key of a hand-off",
      withSteps({ handoff: { ...handoff, timeout: "1h" } }),
      "processes.settlement.steps[0].handoff.timeout",
      "1h",
      /known keys/,
    ],
  ];

  for (const [title, config, key, value, rule] of refused) {
    it(`refuses ${title}, naming key, value, rule and remedy`, () => {
      const [issue, ...others] = issuesOf(config);
      deepEqual(others, []);
      deepEqual({ key: issue?.key, value: issue?.value }, { key, value });
      equal(rule.test(issue?.rule ?? ""), true, issue?.rule);
      equal((issue?.remedy ?? "").length > 0, true);
    });
  }

  it("refuses hand-offs that may wait longer than their job is kept", () => {
    const short = { ...rules, retentionDays: 1 };
    throws(
      () => parseCatalogue(withSteps({ handoff }), short),
      /processes\.settlement\.steps is "24 hours of waiting"[^]*jobRetentionDays, 1 days/,
    );
  });

  const batch = { image: "busybox", command: ["true"] };
  it("reads a batch step, and gives it what it does not say", () => {
    const { settlement } = parseCatalogue(withSteps({ batch }), rules);
    deepEqual(settlement?.steps, [
      {
        kind: "batch",
        name: "batch",
        ...batch,
        vcpus: 0.25,
        memoryMb: 512,
        timeoutSeconds: 3_600,
        attempts: 1,
      },
    ]);
  });

  const badBatch: [title: string, change: object, key: string, rule: RegExp][] = [
    ["no image", { image: undefined }, "image", /an image is the name/],
    ["an image with a space", { image: "busy box" }, "image", /an image is the name/],
    ["a command that is text", { command: "true" }, "command", /a list of texts/],
    ["a command with a number", { command: ["sleep", 1] }, "command", /a list of texts/],
    ["a size that Fargate has not", { vcpus: 3 }, "memory", /Fargate has 0\.25, 0\.5, 1, 2, 4, 8, 16 vCPUs/],
    ["too little memory for its vCPUs", { vcpus: 1, memory: 512 }, "memory", /2048 to 8192 MiB/],
    ["memory between the steps", { memory: 1_536 }, "memory", /512 to 2048 MiB/],
    ["a timeout under a minute", { timeout: "30s" }, "timeout", /from 60s to 14d/],
    ["a timeout that is no duration", { timeout: 60 }, "timeout", /duration/],
    ["no attempts", { attempts: 0 }, "attempts", /from 1 to 10/],
    ["an unknown key", { retries: 3 }, "retries", /known keys/],
  ];
  for (const [title, change, key, rule] of badBatch) {
    it(`refuses a batch step with ${title}`, () => {
      const [issue, ...others] = issuesOf(withSteps({ batch: { ...batch, ...change } }));
      deepEqual(others, []);
      equal(issue?.key, `processes.settlement.steps[0].batch.${key}`);
      equal(rule.test(issue?.rule ?? ""), true, issue?.rule);
    });
  }

  it("says everything that is wrong at once", () => {
    const error = new CatalogueError(
      issuesOf({ a: { steps: [{ invoke: "x" }] }, "b c": { steps: [{ handoff }] } }),
    );
    equal(
      error.message,
      `The catalogue cannot work:
  jobrelay:processes.a.steps[0].invoke is "x"
    rule: invoke names a function of functions/steps/: generatePayload, sleep
    remedy: Correct the name, or register the function.
  jobrelay:processes.b c is "b c"
    rule: a process name is a letter, then up to 39 letters, digits or hyphens
    remedy: Rename the process.`,
    );
  });
});
