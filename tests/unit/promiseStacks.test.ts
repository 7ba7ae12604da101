import { deepEqual, equal } from "node:assert/strict";
import * as vm from "node:vm";
import { withoutPromiseStacks } from "../../local/runtime/promiseStacks";

/** The stack of an error that is made in a file of that name. */
const stackIn = (filename: string): string =>
  vm.runInThisContext("new Error('made').stack", { filename }) as string;

describe("The stacks of Pulumi's promises", () => {
  const sdk = "/project/node_modules/@pulumi/pulumi/runtime/debuggable.js";

  it("are spared while a program runs, and those of other errors are not", () => {
    const before = Error.prepareStackTrace;
    const restore = withoutPromiseStacks();
    try {
      equal(stackIn(sdk), "Error: made");
      equal(stackIn("/project/components/jobStore.js").includes("/project/components/jobStore.js:1:1"), true);
    } finally {
      restore();
    }
    equal(Error.prepareStackTrace, before);
    equal(stackIn(sdk).includes(`${sdk}:1:1`), true);
  });

  it("are left alone where nothing maps stacks to sources", () => {
    const before = Error.prepareStackTrace;
    Reflect.deleteProperty(Error, "prepareStackTrace");
    const restore = withoutPromiseStacks();
    try {
      deepEqual(
        [Reflect.has(Error, "prepareStackTrace"), stackIn(sdk).includes(`${sdk}:1:1`)],
        [false, true],
      );
    } finally {
      restore();
      if (before) Error.prepareStackTrace = before;
    }
  });
});
