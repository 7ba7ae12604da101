import type { HandoffRecord } from "./job";
import { changeJob } from "./jobsTable";
import type { AnswerContext, Callback } from "./readCallback";

/** Makes this callback the hand-off's answer, if it has none and is still open. */
export function claimAnswer(
  context: AnswerContext,
  jobId: string,
  { step, token }: HandoffRecord,
  { kind, answer }: Callback,
): Promise<boolean> {
  return changeJob(context.table, context.tableName, jobId, {
    update:
      "SET #status = :running, updatedAt = :now, steps.#step.answer = :answer, " +
      "steps.#step.#status = :answered, steps.#step.endedAt = :now",
    condition: "#status = :waiting AND handoff.#token = :token",
    names: { "#step": step, "#token": "token" },
    values: {
      ":running": "RUNNING",
      ":waiting": "WAITING",
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
  return changeJob(context.table, context.tableName, jobId, {
    update:
      "SET #status = :waiting, updatedAt = :now, steps.#step.#status = :waiting " +
      "REMOVE steps.#step.answer, steps.#step.endedAt",
    condition:
      "#status = :running AND handoff.#token = :token " +
      "AND steps.#step.answer.#key = :key AND steps.#step.answer.eTag = :eTag",
    names: { "#step": step, "#token": "token", "#key": "key" },
    values: {
      ":running": "RUNNING",
      ":waiting": "WAITING",
      ":token": token,
      ":key": answer.key,
      ":eTag": answer.eTag,
      ":now": new Date().toISOString(),
    },
  });
}
