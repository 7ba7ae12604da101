import assert from "node:assert/strict";
import { parseTagOptions, usage } from "../../../cli/tags/options";
import { findPlace, tableNameOf } from "../../../cli/tags/place";

const services = ["s3", "sqs"];
const parse = (line: string) => parseTagOptions(line.split(" ").filter(Boolean), services);
const stack = { kind: "stack" };

describe("The command line of npm run tags", () => {
  const understood: [line: string, options: object][] = [
    ["load a.csv", { command: "load", file: "a.csv", replace: false, source: stack }],
    [
      "load a.csv --replace --endpoint-url http://127.0.0.1:4566/",
      {
        ...{ command: "load", file: "a.csv", replace: true },
        source: { kind: "endpoint", endpointUrl: "http://127.0.0.1:4566" },
      },
    ],
    ["build", { command: "build", dryRun: false, source: stack }],
    [
      "build --dry-run --group TagGroup=wan --services sqs,s3 --rate 2.5 --outputs-from -",
      {
        ...{ command: "build", dryRun: true, group: "TagGroup=wan", services: ["sqs", "s3"], rate: 2.5 },
        source: { kind: "file", file: "-" },
      },
    ],
  ];
  for (const [line, options] of understood) {
    it(`understands ${line}`, () => assert.deepEqual(parse(line), options));
  }

  const refused: [line: string, message: string | RegExp][] = [
    ["", "Say what to do: load or build."],
    ["tag", '"tag" is no command; there are load and build.'],
    ["load", "load needs a file: .csv, .json or .xlsx."],
    ["load a b", 'load does not take "b".'],
    ["load a --dry-run", "load has no --dry-run."],
    ["build a", 'build does not take "a".'],
    ["build --replace", "build has no --replace."],
    ["build --services sqs,ses", '--services has "ses"; there are s3, sqs.'],
    ["build --rate 0", '--rate is "0"; it is a number from 0.1 to 100.'],
    ["build --stack a --outputs-from b", "--stack and --outputs-from exclude each other."],
    ["build --endpoint-url x", '--endpoint-url is "x", which is no http or https URL.'],
    ["build --nothing", /nothing/],
  ];
  for (const [line, message] of refused) {
    it(`refuses "${line}"`, () => assert.throws(() => parse(line), { name: "UsageError", message }));
  }

  it("shows every option when asked for help", () => {
    assert.equal(parse("build --help"), undefined);
    for (const option of [
      "--replace",
      "--dry-run",
      "--group",
      "--services",
      "--rate",
      "--stack",
      "--outputs-from",
    ]) {
      assert.match(usage, new RegExp(`^  ${option} `, "m"));
    }
  });
});

describe("The place of the tag groups", () => {
  const tableArn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tag-groups-1234567";
  const find = (outputs: object) =>
    findPlace({ kind: "stack" }, services, async () => JSON.stringify(outputs));

  it("is an output of the stack", async () => {
    const place = { tableArn, services: ["sqs"], ratePerSecond: 5 };
    assert.deepEqual(await find({ tagGroups: place }), place);
    assert.equal(tableNameOf(place), "tag-groups-1234567");
  });

  it("is none where the stack has no tag groups, or says nothing of use", async () => {
    await assert.rejects(find({}), {
      name: "TagPlaceError",
      message: /^The stack has no tag groups\. Configure/,
    });
    await assert.rejects(find({ tagGroups: { tableArn: "t" } }), {
      message: /has no tableArn, services and/,
    });
  });
});
