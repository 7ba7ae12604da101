import type { HandoffRecord } from "./job";
import { moveJob } from "./moveJob";
import type { AnswerContext, Callback } from "./readCallback";

/** Makes this callback the hand-off's answer, if it has none and is still open. */
export function claimAnswer(
  context: AnswerContext,
  jobId: string,
  { step, token }: HandoffRecord,
  { kind, answer }: Callback,
): Promise<boolean> {
  return moveJob(context.table, context.tableName, jobId, {
    ...{ by: "answer", to: "RUNNING" },
    set:
      "updatedAt = :now, steps.#step.answer = :answer, " +
      "steps.#step.#status = :answered, steps.#step.endedAt = :now",
    condition: "handoff.#token = :token",
    names: { "#step": step, "#token": "token" },
    values: {
      ":answered": kind === "success" ? "SUCCEEDED" : "FAILED",
      ":answer": answer,
      ":token": token,
      ":now": new Date().toISOString(),
    },
  });
}

/** Opens the hand-off again when the workflow refused the answer that had claimed it. */
export function releaseAnswer(
  context: AnswerContext,
  jobId: string,
  { step, token }: HandoffRecord,
  { answer }: Callback,
): Promise<boolean> {
  return moveJob(context.table, context.tableName, jobId, {
    ...{ by: "askAgain", to: "WAITING" },
    set: "updatedAt = :now, steps.#step.#status = :to",
    remove: "steps.#step.answer, steps.#step.endedAt",
    condition:
      "handoff.#token = :token AND steps.#step.answer.#key = :key AND steps.#step.answer.eTag = :eTag",
    names: { "#step": step, "#token": "token", "#key": "key" },
    values: {
      ":token": token,
      ":key": answer.key,
      ":eTag": answer.eTag,
      ":now": new Date().toISOString(),
    },
  });
}
