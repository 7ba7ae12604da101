import { deepEqual, equal, rejects } from "node:assert/strict";
import { createRequire } from "node:module";
import { serialiseHandler } from "../../components/packaging/serialiseHandler";
import { withClosureMemory } from "../../local/runtime/closureMemory";
import { inlineHandlers } from "../helpers/handlerArchives";

const parser = createRequire(__filename)("@pulumi/pulumi/runtime/closure/parseFunction") as {
  parseFunction: (text: string) => unknown;
};

const names = ["dispatchHandoffs", "resumeJobs", "resumeJobs"];

async function serialised(): Promise<string[]> {
  const texts: string[] = [];
  for (const name of names)
    texts.push(await serialiseHandler(name, inlineHandlers[name]?.create ?? (() => null)));
  return texts;
}

/** What is done with the memory, and each text that is parsed for it. */
async function remembering<T>(act: () => Promise<T>): Promise<{ result: T; parsed: string[] }> {
  const parsed: string[] = [];
  const { parseFunction } = parser;
  parser.parseFunction = (text) => {
    parsed.push(text);
    return parseFunction(text);
  };
  const end = withClosureMemory();
  try {
    return { result: await act(), parsed };
  } finally {
    end();
    parser.parseFunction = parseFunction;
  }
}

describe("The memory for closures", () => {
  it("changes nothing in what is serialised, and has no text parsed twice", async () => {
    const expected = await serialised();
    const { result, parsed } = await remembering(serialised);
    deepEqual(result, expected);
    equal(new Set(parsed).size, parsed.length);
  });

  it("serves a value that has changed between two programs", async () => {
    let value = "before";
    const create = () => value;
    const first = await remembering(() => serialiseHandler("changing", create));
    value = "after";
    const second = await remembering(() => serialiseHandler("changing", create));
    deepEqual(
      [first, second].map(({ result }) => /"(before|after)"/.exec(result)?.[1]),
      ["before", "after"],
    );
  });

  it("does not keep a failure", async () => {
    const self = { create: (): unknown => undefined };
    self.create = function (this: object) {
      return () => this;
    }.call({});
    await remembering(async () => {
      await rejects(serialiseHandler("captures", self.create), /captured 'this'/);
      await rejects(serialiseHandler("captures", self.create), /captured 'this'/);
    });
  });
});
