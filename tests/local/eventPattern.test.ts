import assert from "node:assert/strict";
import { matchesEventPattern, validateEventPattern } from "../../local/services/events/eventPattern";
import type { JsonObject } from "../../local/services/jsonProtocol";

/** What the pattern asks of the event, the pattern, the event, and whether they match. */
type Case = readonly [title: string, pattern: JsonObject, event: JsonObject, matches: boolean];

const cases: readonly Case[] = [
  ["an equal string", { a: ["x"] }, { a: "x" }, true],
  ["another string", { a: ["x"] }, { a: "y" }, false],
  ["a string in another case", { a: ["x"] }, { a: "X" }, false],
  ["one of several strings", { a: ["x", "y"] }, { a: "y" }, true],
  ["an equal number", { a: [1.5] }, { a: 1.5 }, true],
  ["a number given as a string", { a: [1] }, { a: "1" }, false],
  ["an equal boolean", { a: [true] }, { a: true }, true],
  ["another boolean", { a: [true] }, { a: false }, false],
  ["null", { a: [null] }, { a: null }, true],
  ["null where nothing is", { a: [null] }, {}, false],
  ["the empty string", { a: [""] }, { a: "" }, true],
  ["two fields that both hold", { a: ["x"], b: ["y"] }, { a: "x", b: "y", c: 1 }, true],
  ["two fields of which one holds", { a: ["x"], b: ["y"] }, { a: "x", b: "z" }, false],
  ["a nested field", { a: { b: ["x"] } }, { a: { b: "x" } }, true],
  ["a nested field of a scalar", { a: { b: ["x"] } }, { a: "x" }, false],
  ["a value where the event has an object", { a: ["x"] }, { a: { x: "x" } }, false],
  ["an array that holds the value", { a: ["x"] }, { a: ["w", "x"] }, true],
  ["an array that does not hold the value", { a: ["x"] }, { a: ["w"] }, false],
  ["an array in an array", { a: ["x"] }, { a: [["w"], ["x"]] }, true],
  ["an array of objects of which one fits", { a: { b: ["x"] } }, { a: [{ b: "w" }, { b: "x" }] }, true],
  [
    "two fields in different objects of an array",
    { a: { b: ["x"], c: ["y"] } },
    { a: [{ b: "x" }, { c: "y" }] },
    false,
  ],
  ["a name that every object inherits", { toString: ["x"] }, {}, false],
  ["a prefix", { a: [{ prefix: "in/" }] }, { a: "in/1" }, true],
  ["a prefix elsewhere", { a: [{ prefix: "in/" }] }, { a: "x/in/1" }, false],
  ["a prefix of a number", { a: [{ prefix: "1" }] }, { a: 12 }, false],
  ["a prefix in any case", { a: [{ prefix: { "equals-ignore-case": "IN" } }] }, { a: "inbound" }, true],
  ["a suffix", { a: [{ suffix: ".json" }] }, { a: "success.json" }, true],
  ["a suffix elsewhere", { a: [{ suffix: ".json" }] }, { a: "success.json.txt" }, false],
  ["a suffix in any case", { a: [{ suffix: { "equals-ignore-case": ".PNG" } }] }, { a: "a.png" }, true],
  ["a string in any case", { a: [{ "equals-ignore-case": "Alice" }] }, { a: "aLICE" }, true],
  ["another string in any case", { a: [{ "equals-ignore-case": "Alice" }] }, { a: "Bob" }, false],
  ["a wildcard", { a: [{ wildcard: "dir/*.png" }] }, { a: "dir/x/y.png" }, true],
  ["a wildcard for nothing", { a: [{ wildcard: "dir*" }] }, { a: "dir" }, true],
  ["a wildcard that fails at the end", { a: [{ wildcard: "*.png" }] }, { a: "a.png2" }, false],
  ["a wildcard with an escaped star", { a: [{ wildcard: "a\\*b*" }] }, { a: "a*bc" }, true],
  ["an escaped star for another character", { a: [{ wildcard: "a\\*b" }] }, { a: "axb" }, false],
  [
    "a wildcard with characters that mean something else",
    { a: [{ wildcard: "a.(b)*" }] },
    { a: "a.(b)" },
    true,
  ],
  ["a dot that is only a dot", { a: [{ wildcard: "a.b" }] }, { a: "axb" }, false],
  ["anything but a value", { a: [{ "anything-but": "x" }] }, { a: "y" }, true],
  ["anything but the value", { a: [{ "anything-but": "x" }] }, { a: "x" }, false],
  ["anything but, where nothing is", { a: [{ "anything-but": "x" }] }, {}, false],
  ["anything but a number", { a: [{ "anything-but": 5 }] }, { a: 6 }, true],
  ["anything but the number", { a: [{ "anything-but": 5 }] }, { a: 5 }, false],
  ["anything but a list", { a: [{ "anything-but": ["x", "y"] }] }, { a: "z" }, true],
  ["anything but a list that has it", { a: [{ "anything-but": ["x", "y"] }] }, { a: "y" }, false],
  ["anything but a list, of an array", { a: [{ "anything-but": ["x"] }] }, { a: ["x", "y"] }, true],
  ["anything but a prefix", { a: [{ "anything-but": { prefix: "in" } }] }, { a: "out" }, true],
  ["anything but its prefix", { a: [{ "anything-but": { prefix: "in" } }] }, { a: "inner" }, false],
  ["anything but prefixes", { a: [{ "anything-but": { prefix: ["a", "b"] } }] }, { a: "bc" }, false],
  ["anything but a suffix", { a: [{ "anything-but": { suffix: ".txt" } }] }, { a: "a.json" }, true],
  ["anything but its suffix", { a: [{ "anything-but": { suffix: ".txt" } }] }, { a: "a.txt" }, false],
  [
    "anything but a string in any case",
    { a: [{ "anything-but": { "equals-ignore-case": "X" } }] },
    { a: "x" },
    false,
  ],
  ["anything but a wildcard", { a: [{ "anything-but": { wildcard: "*/tmp/*" } }] }, { a: "x/tmp/y" }, false],
  ["a number above", { a: [{ numeric: [">", 0] }] }, { a: 1 }, true],
  ["the bound itself, excluded", { a: [{ numeric: [">", 0] }] }, { a: 0 }, false],
  ["the bound itself, included", { a: [{ numeric: [">=", 0] }] }, { a: 0 }, true],
  ["a number below", { a: [{ numeric: ["<", 3.5] }] }, { a: 3.4 }, true],
  ["a number not above", { a: [{ numeric: ["<=", 3] }] }, { a: 4 }, false],
  ["a number that equals", { a: [{ numeric: ["=", 3] }] }, { a: 3 }, true],
  ["a number in a range", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 5 }, true],
  ["a number beyond a range", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 6 }, false],
  ["a number given as a string, in a range", { a: [{ numeric: [">", 0] }] }, { a: "1" }, false],
  ["a field that exists", { a: [{ exists: true }] }, { a: "" }, true],
  ["a field that exists as null", { a: [{ exists: true }] }, { a: null }, true],
  ["a field that is not there", { a: [{ exists: true }] }, {}, false],
  ["an object, which is no leaf", { a: [{ exists: true }] }, { a: { b: 1 } }, false],
  ["the absence of a field", { a: [{ exists: false }] }, {}, true],
  ["the absence of a field that is there", { a: [{ exists: false }] }, { a: 1 }, false],
  ["the absence of a field of what is absent", { a: { b: [{ exists: false }] } }, {}, true],
  ["a value or the absence of one", { a: ["x", { exists: false }] }, {}, true],
  ["an address in a range", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.0.255" }, true],
  ["an address outside a range", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.1.0" }, false],
  ["one of two alternatives", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { b: "y" }, true],
  ["neither alternative", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { a: "y" }, false],
  ["an alternative, but not the rest", { c: ["z"], $or: [{ a: ["x"] }, { b: ["y"] }] }, { a: "x" }, false],
  [
    "nested alternatives",
    { d: { $or: [{ a: ["x"] }, { b: [{ prefix: "y" }] }] } },
    { d: { b: "yes" } },
    true,
  ],
];

const refusals: readonly (readonly [pattern: JsonObject, reason: string])[] = [
  [{}, "Empty objects are not allowed"],
  [{ a: [] }, "Empty arrays are not allowed"],
  [{ a: "x" }, '"a" must be an object or an array'],
  [{ a: [["x"]] }, "Match value must be String, number, true, false, or null"],
  [{ a: [{ near: "x" }] }, "Unrecognized match type near"],
  [{ a: [{ constructor: "x" }] }, "Unrecognized match type constructor"],
  [{ a: [{ prefix: "x", suffix: "y" }] }, "Only one key allowed in match expression"],
  [{ a: [{ prefix: 1 }] }, "prefix match pattern must be a string"],
  [{ a: [{ exists: "yes" }] }, "exists match pattern must be either true or false."],
  [{ a: [{ numeric: [">"] }] }, "Value of numeric comparison must be numeric"],
  [{ a: [{ numeric: ["~", 1] }] }, "Unrecognized numeric range operator: ~"],
  [{ a: [{ numeric: ["<", 1, ">", 0] }] }, "Bad numeric range operator"],
  [{ a: [{ wildcard: "a**" }] }, "Consecutive wildcard characters are not allowed"],
  [{ a: [{ wildcard: "a\\b" }] }, "Invalid escape character in wildcard"],
  [
    { a: [{ "anything-but": ["x", 1] }] },
    "Inside anything but list, either all values are number or string, mixed type is not supported",
  ],
  [{ a: [{ "anything-but": { numeric: [">", 1] } }] }, "Unsupported anything-but pattern: numeric"],
  [{ a: [{ cidr: "10.0.0.0" }] }, "Malformed CIDR, one '/' required"],
  [{ $or: [{ a: ["x"] }] }, "$or must be an array of at least two objects"],
];

describe("an event pattern", () => {
  for (const [title, pattern, event, expected] of cases) {
    it(`${expected ? "matches" : "does not match"} ${title}`, () => {
      assert.equal(matchesEventPattern(pattern, event), expected);
    });
  }

  for (const [pattern, reason] of refusals) {
    const expected = {
      name: "InvalidEventPatternException",
      code: "InvalidEventPatternException",
      status: 400,
      message: `Event pattern is not valid. Reason: ${reason}`,
    };
    it(`is refused as ${JSON.stringify(pattern)}, whatever the event`, () => {
      assert.throws(() => validateEventPattern(pattern), expected);
      assert.throws(() => matchesEventPattern(pattern, { a: "x" }), expected);
    });
  }
});
