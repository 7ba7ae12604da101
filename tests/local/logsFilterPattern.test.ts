import assert from "node:assert/strict";
import { parseFilterPattern } from "../../local/services/logs/filterPattern";
import { AwsError } from "../../local/services/service";

const record = JSON.stringify({ level: "ERROR", ms: 12, steps: [{ name: "a.b" }], text: "no" });
const cases: readonly (readonly [pattern: string, message: string, matches: boolean])[] = [
  ["", "anything", true],
  ["ERROR", "an ERROR occurred", true],
  ["ERROR", "an error occurred", false],
  ["ERROR job", "job 1: ERROR", true],
  ["ERROR job", "ERROR", false],
  ['"job 1:"', "job 1: ERROR", true],
  ['"say \\"hi\\""', 'they say "hi"', true],
  ["ERROR -job", "job 1: ERROR", false],
  ['ERROR -"job 2"', "job 1: ERROR", true],
  ["?WARN ?ERROR", "ERROR", true],
  ["?WARN ?ERROR", "INFO", false],
  ["?WARN job", "job", true],
  ['{ $.level = "ERROR" }', record, true],
  ["{$.level=ERR*}", record, true],
  ['{ $.level != "ERROR" }', record, false],
  ['{ $.steps[0].name = "a.b" }', record, true],
  ['{ $.steps[0].name = "axb" }', record, false],
  ["{ $.ms >= 12 }", record, true],
  ["{ $.ms > 12 }", record, false],
  ["{ $.ms = 12 }", record, true],
  ['{ $.toString != "x" }', record, false],
  ['{ $.level = "ERROR" }', "not JSON", false],
];

describe("A filter pattern", () => {
  for (const [pattern, message, matches] of cases) {
    it(`${pattern || "of nothing"} ${matches ? "matches" : "does not match"} ${message}`, () =>
      assert.equal(parseFilterPattern(pattern)(message), matches));
  }

  for (const pattern of [
    "%ERR.*%",
    "[ip, user]",
    "a.b",
    '"open',
    "{ $.a = 1 && $.b = 2 }",
    '{ $.a < "x" }',
    "{ $.a IS NULL }",
  ]) {
    it(`${pattern} is refused`, () =>
      assert.throws(
        () => parseFilterPattern(pattern),
        (error) => error instanceof AwsError && error.code === "InvalidParameterException",
      ));
  }
});
