import { deepEqual } from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Pace, sizeNow } from "../../local/services/lambda/eventSources/pace";

/** Longer than any test, in milliseconds. */
const ever = 2 ** 31 - 1;
const signal = new AbortController().signal;

/** Whether the next reading may begin at once. */
async function mayRead(pace: Pace): Promise<boolean> {
  const given = new AbortController();
  let passed = false;
  const waiting = pace.passed(given.signal).then(() => (passed = true));
  await nextTurn();
  const atOnce = passed;
  given.abort();
  await waiting;
  return atOnce;
}

describe("The pace of reading a source", () => {
  it("lets the first reading begin at once, and the one after an empty or a full one", async () => {
    const pace = new Pace(ever);
    deepEqual(await mayRead(pace), true);
    pace.found(0, 10);
    deepEqual(await mayRead(pace), true);
    pace.found(10, 10);
    deepEqual(await mayRead(pace), true);
  });

  it("has the reading wait after one that found less than a batch", async () => {
    const pace = new Pace(ever);
    pace.found(3, 10);
    deepEqual(await mayRead(pace), false);
  });

  it("waits for no longer than its pause", async () => {
    const pace = new Pace(1);
    pace.found(3, 10);
    await pace.passed(signal);
  });
});

describe("What is taken from a source at once", () => {
  const gate = (open: boolean) => ({ open, passed: () => Promise.resolve() });

  it("is a whole batch while nobody waits for an answer", () => {
    deepEqual(sizeNow(gate(true), 25), 25);
  });

  it("is little while others go first", () => {
    deepEqual([sizeNow(gate(false), 25), sizeNow(gate(false), 1)], [5, 1]);
  });
});
