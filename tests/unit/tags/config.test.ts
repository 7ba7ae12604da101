import assert from "node:assert/strict";
import { parseCatalogue } from "../../../components/catalogue/parseCatalogue";
import { parseTagGroups } from "../../../components/catalogue/parseTagGroups";

const parse = (config: unknown) => parseTagGroups(config, ["s3", "sqs"]);
const services = ["sqs"];

describe("The configuration of tag groups", () => {
  it("is off unless there is some", () => assert.equal(parse(undefined), undefined));

  it("has defaults for all but the services", () => {
    const usual = { services, everyMinutes: 1_440, decoupled: false, ratePerSecond: 5, key: "TagGroup" };
    assert.deepEqual(parse({ services }), usual);
    const other = { services: ["sqs", "s3"], every: "90m", decoupled: true, ratePerSecond: 0.5, key: "Team" };
    assert.deepEqual(parse(other), {
      ...{ services: ["sqs", "s3"], everyMinutes: 90, decoupled: true, ratePerSecond: 0.5, key: "Team" },
    });
  });

  const refused: [title: string, config: unknown, message: RegExp][] = [
    ["no map", "sqs", /jobrelay:tagGroups is "sqs"\n {4}rule: tag groups are a map/],
    ["no services", {}, /tagGroups\.services is nothing\n {4}rule: a list of at least one of s3, sqs/],
    ["an unknown service", { services: ["ses"] }, /tagGroups\.services is \["ses"\]/],
    ["an unknown key", { services, evry: "1d" }, /tagGroups\.evry is "1d"\n {4}rule: known keys are/],
    [
      "False as a text",
      { services, decoupled: "False" },
      /tagGroups\.decoupled is "False"\n {4}rule: true or false, not a text/,
    ],
    ["true as a text", { services, decoupled: "true" }, /tagGroups\.decoupled is "true"/],
    ["a number for a flag", { services, decoupled: 0 }, /tagGroups\.decoupled is 0/],
    ["seconds", { services, every: "90s" }, /tagGroups\.every is "90s"\n {4}rule: whole minutes/],
    ["no duration", { services, every: "daily" }, /tagGroups\.every is "daily"\n {4}rule: a duration/],
    ["no rate", { services, ratePerSecond: "5" }, /tagGroups\.ratePerSecond is "5"/],
    ["a rate of 0", { services, ratePerSecond: 0 }, /a number from 0\.1 to 100/],
    [
      "a reserved key",
      { services, key: "aws:x" },
      /tagGroups\.key is "aws:x"\n {4}rule: .* begins with aws:/,
    ],
  ];
  for (const [title, config, message] of refused) {
    it(`stops the program with ${title}`, () =>
      assert.throws(() => parse(config), { name: "CatalogueError", message }));
  }
});

describe("The tag group of a process", () => {
  const batch = { batch: { image: "busybox", command: ["true"] } };
  const read = (entry: object, tagGroups = true) =>
    parseCatalogue({ p: entry }, { functions: ["sleep"], retentionDays: 7, tagGroups })["p"]?.tagGroup;

  it("is named by its value, or absent", () => {
    assert.equal(read({ steps: [batch], tagGroup: "cost-wan" }), "cost-wan");
    assert.equal(read({ steps: [batch] }), undefined);
  });

  const refused: [title: string, entry: object, message: RegExp, tagGroups?: boolean][] = [
    ["no text", { steps: [batch], tagGroup: 5 }, /processes\.p\.tagGroup is 5\n {4}rule: .* It is no text\./],
    [
      "other characters",
      { steps: [batch], tagGroup: "a;b" },
      /tagGroup is "a;b"\n {4}rule: .* has other characters/,
    ],
    ["none configured", { steps: [batch], tagGroup: "a" }, /remedy: Configure jobrelay:tagGroups/, false],
    ["no container", { steps: [{ invoke: "sleep" }], tagGroup: "a" }, /has no batch step/],
  ];
  for (const [title, entry, message, tagGroups] of refused) {
    it(`stops the program: ${title}`, () =>
      assert.throws(() => read(entry, tagGroups), { name: "CatalogueError", message }));
  }
});
