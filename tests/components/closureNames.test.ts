import { deepEqual } from "node:assert/strict";
import { archiveFiles, inlineHandlers } from "../helpers/handlerArchives";

describe("The names of functions in closures", () => {
  it("the archives that tests make are those that are uploaded: no function has the name of one of mocha's globals", async () => {
    const globals = [
      "describe",
      "context",
      "it",
      "specify",
      "before",
      "after",
      "beforeEach",
      "afterEach",
      "run",
    ];
    const lost: string[] = [];
    for (const [name, { create }] of Object.entries(inlineHandlers)) {
      const { "closure.js": closure = "" } = await archiveFiles(name, create);
      // A call of a name that the closure does not define: Pulumi leaves out what is global where it serialises.
      for (const called of globals) {
        const isCalled = new RegExp(`(?<![.\\w])${called}\\(`).test(closure);
        const isGiven = new RegExp(`\\b${called}: |\\(${called}[,)]|(const|function) ${called}\\b`).test(
          closure,
        );
        if (isCalled && !isGiven) lost.push(`${name}: ${called}`);
      }
    }
    deepEqual(lost, []);
  });
});
