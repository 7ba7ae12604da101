import { deepEqual } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ParsedFunctions } from "../../local/runtime/parsedFunctions";
import { inNewFolder } from "../helpers/folders";

/** As Pulumi answers: an error, or what a function captures. */
const answerOf = (text: string) => ["", { text, capturedVariables: { required: new Map([[text, []]]) } }];

/** A parser that notes what it was asked for, and a run of the program that asks it for some texts. */
function parserOf(file: string) {
  const parsed: string[] = [];
  const run = (...texts: string[]): unknown[] => {
    const functions = new ParsedFunctions((text) => {
      parsed.push(text);
      return answerOf(text);
    }, file);
    const answers = texts.map((text) => functions.of(text));
    functions.save();
    return answers;
  };
  return { parsed, run };
}

const inFile = (act: (file: string) => void) =>
  inNewFolder((folder) => Promise.resolve(act(path.join(folder, "cache/parsed"))));

describe("Parsed functions", () => {
  it("are parsed once, in this run or in an earlier one", () =>
    inFile((file) => {
      const { parsed, run } = parserOf(file);
      run("a", "b", "a");
      deepEqual(run("b", "a", "c"), ["b", "a", "c"].map(answerOf));
      deepEqual(parsed, ["a", "b", "c"]);
    }));

  it("are kept when another program has others", () =>
    inFile((file) => {
      const { parsed, run } = parserOf(file);
      run("a");
      run("b");
      run("a");
      deepEqual(parsed, ["a", "b"]);
    }));

  it("are parsed anew when what was kept is damaged", () =>
    inFile((file) => {
      const { parsed, run } = parserOf(file);
      run("a");
      writeFileSync(file, readFileSync(file).subarray(0, -20));
      deepEqual(run("a"), [answerOf("a")]);
      deepEqual(parsed, ["a", "a"]);
    }));
});
