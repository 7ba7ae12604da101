import { deepEqual, equal, notEqual } from "node:assert/strict";
import { placeNotes, promiseNotes, responseNotes, withoutNotes } from "../../local/runtime/withoutNotes";

/** What Pulumi's SDK makes of a promise. */
const noted = (promise: Promise<unknown>) => promiseNotes.debuggablePromise(promise, "a test");
/** What it notes of a resource that is made here, and of one that is registered. */
const otherNotes = () => [
  placeNotes.callsites().length > 0,
  responseNotes.toString !== Object.prototype.toString,
];

describe("What Pulumi's SDK notes for its own diagnosis", () => {
  it("is not noted while a program runs, and noted again afterwards", async () => {
    const before = { ...promiseNotes, callsites: placeNotes.callsites, toString: responseNotes.toString };
    const promise = Promise.resolve("done");
    const end = withoutNotes();
    try {
      equal(noted(promise), promise);
      deepEqual(placeNotes.callsites(), []);
      equal(responseNotes.toString(), "a response");
    } finally {
      end();
    }
    deepEqual({ ...promiseNotes, callsites: placeNotes.callsites, toString: responseNotes.toString }, before);
    notEqual(noted(promise), promise);
    equal(await noted(promise), "done");
    deepEqual(otherNotes(), [true, true]);
  });
});
