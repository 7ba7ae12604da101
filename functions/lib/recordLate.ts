import { isTerminal, type AnswerRecord, type JobRecord } from "./job";
import { changeJob } from "./jobsTable";
import { logEvent } from "./logEvent";
import type { AnswerContext } from "./readCallback";

/** The most late answers that a job keeps; the rest is only logged, so that nobody can fill the record. */
const lateAnswersKept = 20;

/** Two files may have the same content: a success and a failure that are both empty. */
export function isSameAnswer(one: AnswerRecord | undefined, other: AnswerRecord): boolean {
  return one?.key === other.key && one.eTag === other.eTag;
}

/** Keeps an answer that came when nothing waited for it. */
export async function recordLate(
  context: AnswerContext,
  job: JobRecord,
  answer: AnswerRecord,
): Promise<void> {
  const known = [...(job.lateAnswers ?? []), ...Object.values(job.steps).map((step) => step.answer)];
  if (known.some((other) => isSameAnswer(other, answer))) return;
  const ended = isTerminal(job.status);
  logEvent("answer is late", { jobId: job.jobId, process: job.process, key: answer.key, ended });
  if ((job.lateAnswers?.length ?? 0) >= lateAnswersKept) return;
  await changeJob(context.table, context.tableName, job.jobId, {
    update: "SET lateAnswers = list_append(if_not_exists(lateAnswers, :none), :late)",
    condition: "attribute_exists(jobId) AND attribute_exists(#status)",
    values: { ":none": [], ":late": [answer] },
  });
}
