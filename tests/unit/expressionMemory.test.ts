import { deepEqual } from "node:assert/strict";
import { createRequire } from "node:module";
import {
  rememberExpressions,
  type ExpressionParser,
  type ParsingContext,
} from "../../local/services/dynamodb/expressionMemory";

const load = createRequire(__filename);

/** Dynalite's own parser, loaded anew: the one in use remembers. */
function originalParser(name: string): ExpressionParser {
  const file = load.resolve(`dynalite/db/${name}Parser`);
  const inUse = load.cache[file];
  delete load.cache[file];
  const { parse } = load(file) as ExpressionParser;
  if (inUse) load.cache[file] = inUse;
  return { parse };
}

type Values = Readonly<Record<string, object>>;

/** As dynalite's validation sets it up. */
function contextOf(values: Values, names?: Readonly<Record<string, string>>) {
  const unused = (of: object = {}) =>
    Object.fromEntries(Object.keys(of).map((name) => [name, true as const]));
  return {
    attrVals: values,
    attrNames: names,
    unusedAttrVals: unused(values),
    unusedAttrNames: unused(names),
    isReserved: (name: string) => name.toUpperCase() === "STATUS",
    compare: (_: string, x: { N: string }, y: { N: string }) => Number(x.N) > Number(y.N),
  } satisfies ParsingContext & Record<string, unknown>;
}

/** What dynalite's parser and the remembering one make of the same expressions, one after another. */
function both(parserName: string, text: string, contexts: readonly (() => ReturnType<typeof contextOf>)[]) {
  const original = originalParser(parserName);
  let parsed = 0;
  const counting: ExpressionParser = {
    parse: (...args) => {
      parsed += 1;
      return original.parse(...args);
    },
  };
  const remembering = rememberExpressions(counting);
  const outcomes = (parser: ExpressionParser) =>
    contexts.map((make) => {
      const context = make();
      const outcome = parser.parse(text, { context });
      return { outcome, unused: [context.unusedAttrNames, context.unusedAttrVals] };
    });
  return { expected: outcomes(original), got: outcomes(remembering), parsed: () => parsed };
}

const names = { "#status": "status" };

describe("The memory for expressions", () => {
  it("has other values where the first ones were, and parses once", () => {
    const text = "SET #status = :to, steps[0].n = if_not_exists(steps[0].n, :n) REMOVE ended";
    const of = (to: string, n: string) => () => contextOf({ ":to": { S: to }, ":n": { N: n } }, names);
    const { expected, got, parsed } = both("update", text, [of("RUNNING", "1"), of("WAITING", "2")]);
    deepEqual(JSON.parse(JSON.stringify(got)), JSON.parse(JSON.stringify(expected)));
    deepEqual(parsed(), 1);
  });

  it("gives each one an expression of its own", () => {
    const parser = rememberExpressions(originalParser("update"));
    const parse = () =>
      parser.parse("REMOVE a, b", { context: contextOf({}) }) as { sections: { type: string }[] };
    parse().sections.reverse();
    const first = parse();
    first.sections.length = 0;
    deepEqual(parse().sections.length, 2);
  });

  it("notes which names and values are used, each time", () => {
    const of = () => contextOf({ ":a": { S: "a" }, ":b": { S: "b" } }, { "#a": "a", "#b": "b" });
    const { expected, got } = both("condition", "#a = :a", [of, of]);
    deepEqual(
      got.map(({ unused }) => unused),
      expected.map(({ unused }) => unused),
    );
    deepEqual(got[1]?.unused, [{ "#b": true }, { ":b": true }]);
  });

  it("is not misled by values of another type, by other names, or by what is wrong", () => {
    const types = [{ S: "a" }, { L: [] }, { S: "b" }].map((list) => () => contextOf({ ":l": list }));
    const append = both("update", "SET a = list_append(a, :l)", types);
    deepEqual(JSON.parse(JSON.stringify(append.got)), JSON.parse(JSON.stringify(append.expected)));
    const heads = ["a", "b"].map((head) => () => contextOf({}, { "#head": head }));
    const exists = both("condition", "attribute_exists(#head.status)", heads);
    deepEqual(JSON.parse(JSON.stringify(exists.got)), JSON.parse(JSON.stringify(exists.expected)));
  });

  it("leaves expressions to the parser in which it matters what values are", () => {
    const bounds = [
      ["1", "2"],
      ["2", "1"],
    ] as const;
    const of = bounds.map(
      ([low, high]) =>
        () =>
          contextOf({ ":low": { N: low }, ":high": { N: high } }),
    );
    const { expected, got, parsed } = both("condition", "n between :low and :high", of);
    deepEqual(JSON.parse(JSON.stringify(got)), JSON.parse(JSON.stringify(expected)));
    deepEqual(parsed(), 2);
  });
});
