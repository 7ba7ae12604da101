import { deepEqual } from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Courtesy } from "../../local/courtesy";
import { Gate } from "../../local/gate";

/** Longer than any test, in milliseconds. */
const ever = 2 ** 31 - 1;
const patient = { patience: ever };

/** Notes when work may begin. */
function begin(courtesy: Courtesy, signal?: AbortSignal) {
  const work = { begun: false, passed: Promise.resolve() };
  work.passed = courtesy.passed(signal).then(() => void (work.begun = true));
  return work;
}

/** A request that is answered when it is told to be. */
function ask(courtesy: Courtesy) {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  const answered = courtesy.during(() => promise);
  return async () => {
    resolve();
    await answered;
  };
}

describe("Courtesy", () => {
  it("lets work begin at once while nobody waits for an answer", () =>
    new Courtesy(new Gate(), patient).passed());

  it("holds work back until the last request is answered", async () => {
    const courtesy = new Courtesy(new Gate(), patient);
    const [first, second] = [ask(courtesy), ask(courtesy)];
    const work = begin(courtesy);
    await first();
    await nextTurn();
    deepEqual(work.begun, false);
    await second();
    await work.passed;
  });

  it("is patient for so long only", async () => {
    const courtesy = new Courtesy(new Gate(), { patience: 1 });
    const answer = ask(courtesy);
    await courtesy.passed();
    await answer();
  });

  it("lets what has waited long begin one after the other, in the order of its coming", async () => {
    const courtesy = new Courtesy(new Gate(), { patience: 1, gap: ever });
    const answer = ask(courtesy);
    const [first, second] = [begin(courtesy), begin(courtesy)];
    await first.passed;
    await nextTurn();
    deepEqual(second.begun, false);
    await answer();
    await second.passed;
  });

  it("is open while nobody waits for an answer and its gate is open", async () => {
    const gate = new Gate();
    const courtesy = new Courtesy(gate, patient);
    const states = [courtesy.open];
    const answer = ask(courtesy);
    states.push(courtesy.open);
    await answer();
    states.push(courtesy.open);
    gate.hold();
    states.push(courtesy.open);
    deepEqual(states, [true, false, true, false]);
  });

  it("counts a request that fails as answered", async () => {
    const courtesy = new Courtesy(new Gate(), patient);
    await courtesy.during(() => Promise.reject(new Error("broken"))).catch(() => undefined);
    await courtesy.passed();
  });

  it("does not open a gate that is held meanwhile", async () => {
    const gate = new Gate();
    const courtesy = new Courtesy(gate, patient);
    const answer = ask(courtesy);
    const work = begin(courtesy);
    await nextTurn();
    gate.hold();
    await answer();
    await nextTurn();
    deepEqual(work.begun, false);
    gate.release();
    await work.passed;
  });

  it("lets go of work that is given up", async () => {
    const courtesy = new Courtesy(new Gate(), patient);
    const answer = ask(courtesy);
    const given = new AbortController();
    const work = begin(courtesy, given.signal);
    await nextTurn();
    given.abort();
    await work.passed;
    await answer();
  });
});
