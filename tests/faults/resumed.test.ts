import { deepEqual } from "node:assert/strict";
import type { AnswerRecord, HandoffRecord, JobRecord, StepRecord } from "../../functions/lib/job";
import type { Change, Drop, Evidence } from "./evidence";
import { resumedWrongly } from "./invariants/resumed";

const jobId = "job-1";
const key = `inbound/${jobId}/success.json`;
const answer = (eTag: string): AnswerRecord => ({ key, eTag, receivedAt: "2026-01-01T00:00:00.000Z" });
const drop = (eTag: string): Drop => ({ jobId, key, eTag, kind: "success", valid: true, content: eTag });

/** A write after which the step `approval` has this answer. */
function answered(token: string, eTag: string, earlier: StepRecord["earlier"] = []): Change {
  const handoff = { step: "approval", token, requestedAt: token, folder: `${jobId}/` } as HandoffRecord;
  const steps = { approval: { status: "SUCCEEDED", answer: answer(eTag), earlier } };
  return { sequenceNumber: "1", before: undefined, after: { jobId, handoff, steps } as unknown as JobRecord };
}

function found(drops: readonly Drop[], changes: readonly Change[]): string[] {
  const evidence = { drops, changes: new Map([[jobId, changes]]) } as unknown as Evidence;
  return resumedWrongly.check(evidence).map(({ message }) => message);
}

describe("The rule that a hand-off is resumed with what was dropped first", () => {
  it("lets the first answer stand when the step is asked for again before it has ended", () => {
    const changes = [answered("before the redrive", "first"), answered("after the redrive", "first")];
    deepEqual(found([drop("first"), drop("second")], changes), []);
  });

  it("does not let the step be answered by another file when it is asked for again", () => {
    const changes = [answered("before the redrive", "first"), answered("after the redrive", "second")];
    deepEqual(found([drop("first"), drop("second")], changes), [
      "approval was answered by success.json (first) and by success.json (second)",
    ]);
  });

  it("does not let an answer be used again for the next run of the step", () => {
    const earlier = [{ status: "FAILED", answer: answer("first") }] as StepRecord["earlier"];
    const changes = [answered("run 1", "first"), answered("run 2", "first", earlier)];
    deepEqual(found([drop("first"), drop("second")], changes), [
      "approval was answered by success.json (first); success.json (second) was dropped first",
    ]);
  });

  it("does not let a run be answered by what nobody dropped", () => {
    deepEqual(found([], [answered("run 1", "first")]), [
      "approval was answered by success.json (first), which nobody dropped",
    ]);
  });
});
