import { deepEqual, equal, match, throws } from "node:assert/strict";
import { CatalogueError, type CatalogueIssue } from "../../components/catalogue/catalogueError";
import { parseTriggers } from "../../components/catalogue/parseTriggers";
import type { Catalogue } from "../../components/catalogue/process";

const step = { kind: "invoke", name: "sleep", function: "sleep" } as const;
const processOf = (name: string, parameters: object) => ({
  name,
  description: "",
  parameters: { type: "object", ...parameters },
  steps: [step],
});
const taking = (value: object) => ({ properties: { value } });
const catalogue: Catalogue = Object.fromEntries(
  [
    processOf("any", {}),
    processOf("exact", {
      properties: {
        alarm: { type: "string" },
        value: { type: "number" },
        time: { type: "string", format: "date-time" },
        reason: { type: "string" },
      },
      required: ["alarm", "value", "time", "reason"],
      additionalProperties: false,
    }),
    processOf("sleep", { properties: { seconds: { type: "integer" } }, required: ["seconds"] }),
    processOf("closed", { properties: {}, additionalProperties: false }),
    processOf("whole", taking({ type: "integer" })),
    processOf("share", taking({ type: "number", minimum: 0, maximum: 1 })),
    processOf("above", taking({ type: "number", exclusiveMinimum: 1 })),
    processOf("short", { properties: { reason: { type: "string", maxLength: 200 } } }),
  ].map((process) => [process.name, process]),
);

const metric = { namespace: "Custom", name: "test_m" };
const energy = { metric, condition: "value > 1", process: "any" };
const withEnergy = (changes: object) => ({ energy: { ...energy, ...changes } });

function issuesOf(config: unknown): readonly CatalogueIssue[] {
  let issues: readonly CatalogueIssue[] = [];
  throws(
    () => parseTriggers(config, catalogue),
    (error) => {
      issues = error instanceof CatalogueError ? error.issues : [];
      return error instanceof CatalogueError;
    },
  );
  return issues;
}

describe("The triggers of a stack", () => {
  it("are none where the configuration has none", () => {
    deepEqual([parseTriggers(undefined, catalogue), parseTriggers({}, catalogue)], [{}, {}]);
  });

  it("are read with defaults for what they do not say", () => {
    deepEqual(parseTriggers({ energy }, catalogue), {
      energy: {
        name: "energy",
        metric: { ...metric, dimensions: {} },
        condition: { comparison: ">", threshold: 1 },
        process: "any",
        statistic: "Maximum",
        periodSeconds: 60,
        datapoints: { toAlarm: 1, evaluated: 1 },
        missingData: "notBreaching",
      },
    });
  });

  it("are read with everything that they say", () => {
    const entry = {
      metric: { ...metric, dimensions: { entity: "test_e" } },
      condition: " value<=-2.5e3 ",
      process: "any",
      statistic: "Sum",
      period: "30s",
      datapoints: "2 of 3",
      missingData: "breaching",
    };
    deepEqual(parseTriggers({ "energy-low": entry }, catalogue)["energy-low"], {
      name: "energy-low",
      metric: { ...metric, dimensions: { entity: "test_e" } },
      condition: { comparison: "<=", threshold: -2500 },
      process: "any",
      statistic: "Sum",
      periodSeconds: 30,
      datapoints: { toAlarm: 2, evaluated: 3 },
      missingData: "breaching",
    });
  });

  const at = (path: string) => `triggers.energy.${path}`;
  const malformed: [title: string, config: unknown, key: string, value: unknown, rule: RegExp][] = [
    ["they are a list", [energy], "triggers", [energy], /map of triggers/],
    ["one is text", { energy: "any" }, "triggers.energy", "any", /a map with at least metric/],
    ["a name has a space", { "a b": energy }, "triggers.a b", "a b", /a letter, then/],
    ["a name is too long", { ["a".repeat(41)]: energy }, `triggers.${"a".repeat(41)}`, "a".repeat(41), /39/],
    ["a key is misspelt", withEnergy({ proces: "any" }), at("proces"), "any", /known keys are metric/],
    ["there is no metric", withEnergy({ metric: undefined }), at("metric"), undefined, /namespace, name/],
    [
      "the namespace is missing",
      withEnergy({ metric: { name: "test_m" } }),
      at("metric.namespace"),
      undefined,
      /a namespace has 1 to 255/,
    ],
    [
      "the namespace begins with a colon",
      withEnergy({ metric: { ...metric, namespace: ":Custom" } }),
      at("metric.namespace"),
      ":Custom",
      /no colon first/,
    ],
    [
      "the metric's name is empty",
      withEnergy({ metric: { ...metric, name: "" } }),
      at("metric.name"),
      "",
      /name has 1 to 255/,
    ],
    [
      "the dimensions are a list",
      withEnergy({ metric: { ...metric, dimensions: ["host"] } }),
      at("metric.dimensions"),
      ["host"],
      /a map of texts/,
    ],
    [
      "a dimension is a number",
      withEnergy({ metric: { ...metric, dimensions: { host: 7 } } }),
      at("metric.dimensions.host"),
      7,
      /its value 1 to 1024/,
    ],
    ["there is no condition", withEnergy({ condition: undefined }), at("condition"), undefined, /the word/],
    ["a condition is a number", withEnergy({ condition: 1 }), at("condition"), 1, /the word value/],
    ["a condition uses ==", withEnergy({ condition: "value == 1" }), at("condition"), "value == 1", /one of/],
    ["a condition has no number", withEnergy({ condition: "value >" }), at("condition"), "value >", /number/],
    [
      "a condition's number is none that a computer can hold",
      withEnergy({ condition: "value > 1e999" }),
      at("condition"),
      "value > 1e999",
      /a number/,
    ],
    [
      "a condition says more than one thing",
      withEnergy({ condition: "value > 1 and value < 2" }),
      at("condition"),
      "value > 1 and value < 2",
      /a condition is/,
    ],
    [
      "the process is unknown",
      withEnergy({ process: "forecast" }),
      at("process"),
      "forecast",
      /the catalogue: above, any, closed, exact, share, short, sleep, whole$/,
    ],
    [
      "the process is a property of all objects",
      withEnergy({ process: "toString" }),
      at("process"),
      "toString",
      /the catalogue/,
    ],
    ["there is no process", withEnergy({ process: undefined }), at("process"), undefined, /the catalogue/],
    ["a statistic is unknown", withEnergy({ statistic: "p99" }), at("statistic"), "p99", /one of Maximum, M/],
    ["a period is no duration", withEnergy({ period: 60 }), at("period"), 60, /a duration is/],
    ["a period is 45 seconds", withEnergy({ period: "45s" }), at("period"), "45s", /10s, 30s or whole/],
    ["the data points are a number", withEnergy({ datapoints: 2 }), at("datapoints"), 2, /"M of N"/],
    ["M is above N", withEnergy({ datapoints: "3 of 2" }), at("datapoints"), "3 of 2", /M at most N/],
    ["M is zero", withEnergy({ datapoints: "0 of 2" }), at("datapoints"), "0 of 2", /whole numbers/],
    [
      "an alarm would look back more than a day",
      withEnergy({ datapoints: "1 of 1441" }),
      at("datapoints"),
      "1 of 1441",
      /a day at most .* here 86460 s/,
    ],
    [
      "an alarm would look back more than a week",
      withEnergy({ period: "1d", datapoints: "1 of 8" }),
      at("datapoints"),
      "1 of 8",
      /seven days at most .* here 691200 s/,
    ],
    [
      "a treatment is unknown",
      withEnergy({ missingData: "ok" }),
      at("missingData"),
      "ok",
      /one of notBreach/,
    ],
  ];
  for (const [title, config, key, value, rule] of malformed) {
    it(`are refused when ${title}`, () => {
      const issues = issuesOf(config);
      deepEqual(
        issues.map((issue) => [issue.key, issue.value]),
        [[key, value]],
      );
      match(issues[0]?.rule ?? "", rule);
      equal((issues[0]?.remedy ?? "").length > 0, true);
    });
  }

  it("are refused with everything that is wrong, at once", () => {
    const config = { energy: { condition: "2" }, other: { ...energy, process: "none", period: "1s" } };
    deepEqual(
      issuesOf(config).map(({ key }) => key),
      [
        "triggers.energy.metric",
        "triggers.energy.condition",
        "triggers.energy.process",
        "triggers.other.period",
        "triggers.other.process",
      ],
    );
  });
});

describe("The process of a trigger", () => {
  const taken: [title: string, changes: object][] = [
    ["it asks for nothing", { process: "any" }],
    ["it asks for just what an alarm gives", { process: "exact" }],
    ["its bounds agree with the condition", { process: "share", condition: "value > 0.8" }],
    ["its bounds agree with a condition on small values", { process: "share", condition: "value < 0.1" }],
    ["it takes whole numbers, and the alarm counts", { process: "whole", statistic: "SampleCount" }],
    ["it takes whole numbers, and the alarm counts up to a bound", countingTo("value <= 2.5")],
    ["it takes what is above a bound, and so does the alarm", { process: "above" }],
    ["missing data open the alarm, and it needs no value", { process: "any", missingData: "breaching" }],
  ];
  for (const [title, changes] of taken) {
    it(`is taken when ${title}`, () => {
      equal(Object.keys(parseTriggers(withEnergy(changes), catalogue)).length, 1);
    });
  }

  const gives = /^an alarm gives the parameters alarm \(text\), .*, time \(date-time\) and reason \(text\), /;
  const refused: [title: string, changes: object, fault: RegExp][] = [
    [
      "it needs what no alarm gives",
      { process: "sleep" },
      /which the process's schema refuses: parameters must have required property 'seconds'$/,
    ],
    ["it takes no parameters", { process: "closed" }, /must NOT have additional properties/],
    [
      "it takes whole numbers only",
      { process: "whole" },
      /such as 1\.0000009.*parameters\/value must be int/,
    ],
    ["every value of the alarm is out of its bounds", { process: "share" }, /value must be <= 1/],
    [
      "the threshold itself is out of its bounds",
      { process: "above", condition: "value >= 1" },
      /such as 1\), .*value must be > 1/,
    ],
    [
      "a count is out of its bounds",
      { process: "share", statistic: "SampleCount" },
      /such as 2\), .*value must be <= 1/,
    ],
    ["its texts are too short for a reason", { process: "short" }, /reason must NOT have more than 200/],
    [
      "missing data open the alarm, and it needs a value",
      { process: "exact", missingData: "breaching" },
      /no value when data are missing, .*required property 'value'/,
    ],
  ];
  for (const [title, changes, fault] of refused) {
    it(`is refused when ${title}`, () => {
      const [issue, ...others] = issuesOf(withEnergy(changes));
      const { process } = changes as { process: string };
      deepEqual([issue?.key, issue?.value, others], ["triggers.energy.process", process, []]);
      match(issue?.rule ?? "", gives);
      match(issue?.rule ?? "", fault);
    });
  }
});

function countingTo(condition: string): object {
  return { process: "whole", statistic: "SampleCount", condition };
}
