import { equal, notEqual } from "node:assert/strict";
import { promiseNotes, withPlainPromises } from "../../local/runtime/plainPromises";

/** What Pulumi's SDK makes of a promise. */
const noted = (promise: Promise<unknown>) => promiseNotes.debuggablePromise(promise, "a test");

describe("The promises of Pulumi's SDK", () => {
  it("are left as they are while a program runs, and noted again afterwards", async () => {
    const before = promiseNotes.debuggablePromise;
    const promise = Promise.resolve("done");
    const end = withPlainPromises();
    try {
      equal(noted(promise), promise);
    } finally {
      end();
    }
    equal(promiseNotes.debuggablePromise, before);
    notEqual(noted(promise), promise);
    equal(await noted(promise), "done");
  });
});
