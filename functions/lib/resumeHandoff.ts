import { claimAnswer, releaseAnswer } from "./claimAnswer";
import type { CallbackVersion } from "./callbackVersions";
import { droppedAnswers } from "./droppedAnswers";
import { explainRejection } from "./explainRejection";
import { callbackLimit, type CallbackKind } from "./handoff";
import type { AnswerRecord, HandoffRecord, JobRecord } from "./job";
import { readJob } from "./jobsTable";
import { keepLargeAnswer, referenceText, referenceTo, type AnswerLimits } from "./largeAnswer";
import { logEvent } from "./logEvent";
import { readDropped, type AnswerContext, type Callback } from "./readCallback";
import { isSameAnswer, recordLate } from "./recordLate";
import { isRefused, sendAnswer } from "./sendAnswer";

/**
 * Resumes the workflow with the answer that was dropped first, whichever this event is about.
 * @param callback what the event is about; nothing when it cannot be used
 */
export async function resumeHandoff(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback?: Callback,
): Promise<void> {
  const used = await answerWithFirst(context, job, handoff, callback);
  if (!callback || used.some((answer) => isSameAnswer(answer, callback.answer))) return;
  const now = await readJob(context.table, context.tableName, job.jobId);
  await recordLate(context, now ?? job, callback.answer);
}

/** As S3 lists them; of the one that the event is about, the event tells to the millisecond when it came. */
async function answersOf(
  context: AnswerContext,
  { folder }: HandoffRecord,
  callback: Callback | undefined,
): Promise<CallbackVersion[]> {
  const dropped = await droppedAnswers(context, folder, callback?.answer.key ?? "");
  if (!callback) return dropped;
  const { receivedAt } = callback.answer;
  const announced = dropped.findLast((one) => isSameAnswer(one, callback.answer));
  return dropped.map((one) => (one === announced ? { ...one, receivedAt } : one));
}

/** Tries the answers in the order in which they were dropped; answers which were dealt with. */
async function answerWithFirst(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback: Callback | undefined,
): Promise<AnswerRecord[]> {
  const claimed = job.steps[handoff.step]?.answer;
  const dropped = await answersOf(context, handoff, callback);
  const dealtWith: AnswerRecord[] = [];
  for (const one of dropped) {
    // What was claimed before is sent again: the attempt that claimed it may have ended before the workflow heard of it.
    const asked = claimed ? isSameAnswer(claimed, one) : !wasAnswer(job, handoff, one);
    const read = asked ? await contentOf(context, handoff, one, callback) : undefined;
    const answer = read && (await asCarried(context, job, handoff, { ...read, versionId: one.versionId }));
    if (!answer) continue;
    const outcome = await answerWith(context, job, handoff, answer);
    if (outcome !== "late") dealtWith.push(one);
    if (outcome !== "refused") break;
  }
  return dealtWith;
}

/** What the event is about has been read already. */
async function contentOf(
  context: AnswerContext,
  handoff: HandoffRecord,
  version: CallbackVersion,
  callback: Callback | undefined,
): Promise<Callback | undefined> {
  if (!callback || !isSameAnswer(version, callback.answer))
    return readDropped(context, version, limitsOf("success", handoff));
  const { key, eTag, receivedAt } = version;
  return { ...callback, answer: { key, eTag, receivedAt } };
}

/** The answer as the workflow gets it; nothing when it does not carry it itself and there is nothing left to answer. */
async function asCarried(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback: Callback & { readonly versionId: string },
): Promise<Callback | undefined> {
  if (callback.way === "whole") return callback;
  const { answer, bytes } = callback;
  const reference = referenceTo(job.jobId, handoff, { eTag: answer.eTag, bytes });
  // It was kept before it was claimed.
  const isKept = isSameAnswer(job.steps[handoff.step]?.answer, answer);
  if (!isKept && job.status !== "WAITING") return undefined;
  if (!isKept && !(await keepLargeAnswer(context, callback, reference))) return undefined;
  return {
    ...callback,
    text: referenceText(context.bucketName, reference),
    answer: { ...answer, reference },
  };
}

async function answerWith(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback: Callback,
): Promise<"sent" | "refused" | "late"> {
  const { jobId, process } = job;
  const { step } = handoff;
  const isSame = (other?: JobRecord) => isSameAnswer(other?.steps[step]?.answer, callback.answer);
  if (!isSame(job) && !(await claimAnswer(context, jobId, handoff, callback))) {
    const now = await readJob(context.table, context.tableName, jobId);
    if (!isSame(now)) return "late";
  }
  try {
    const sent = await sendAnswer(context.workflows, handoff.token, callback);
    const status = sent ? "RUNNING" : "nothing was waiting";
    logEvent("hand-off answered", { jobId, process, step, kind: callback.kind, status });
    return "sent";
  } catch (error) {
    if (!isRefused(error)) throw error;
    await releaseAnswer(context, jobId, handoff, callback);
    await explainRejection(context, callback.answer.key, `Step Functions refused it: ${error.message}`);
    return "refused";
  }
}

/** Whether the file answered the hand-off already before the job was redriven, and was not dropped anew since. */
export function wasAnswer(
  job: JobRecord,
  { step, requestedAt }: HandoffRecord,
  answer: AnswerRecord,
): boolean {
  const { earlier = [] } = job.steps[step] ?? {};
  return answer.receivedAt < requestedAt && earlier.some((run) => isSameAnswer(run.answer, answer));
}

/** What of an answer the workflow takes: a heartbeat's content does not go into it. */
export function limitsOf(
  kind: CallbackKind,
  { room = callbackLimit, largeResults = false }: HandoffRecord,
): AnswerLimits {
  const isHeartbeat = kind === "heartbeat";
  return { room: isHeartbeat ? callbackLimit : room, largeResults: !isHeartbeat && largeResults };
}
