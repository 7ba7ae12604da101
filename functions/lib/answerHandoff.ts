import { claimAnswer, releaseAnswer } from "./claimAnswer";
import { explainRejection } from "./explainRejection";
import { callbackKind, callbackLimit, rejectionFile, type CallbackKind, type InboundKey } from "./handoff";
import { isTerminal, type HandoffRecord, type JobRecord } from "./job";
import { changeJob, readJob } from "./jobsTable";
import { keepLargeAnswer, referenceText, referenceTo } from "./largeAnswer";
import { logEvent } from "./logEvent";
import { readCallback, type AnswerContext, type Callback } from "./readCallback";
import { isSameAnswer, recordLate } from "./recordLate";
import { isRefused, sendAnswer } from "./sendAnswer";

/** The most of a heartbeat's content that a job keeps, in bytes. */
const detailLimit = 4_096;

/**
 * Resumes the workflow of a job with a file that was dropped for it. What the job record says decides, not the file:
 * the token comes from there, the first answer wins, and an answer that nothing waits for changes nothing.
 * @param receivedAt when the file arrived, ISO 8601; the same each time the event is delivered
 */
export async function answerHandoff(
  context: AnswerContext,
  inbound: InboundKey,
  receivedAt: string,
): Promise<void> {
  const { jobId, folder, file } = inbound;
  const about = { jobId, file };
  // Our own explanation, which raises an event too.
  if (file === rejectionFile) return;
  const kind = callbackKind(file);
  if (!kind) return logEvent("file ignored", about);
  const job = await readJob(context.table, context.tableName, jobId);
  if (!job) return logEvent("callback for an unknown job", about);
  const { handoff } = job;
  // No hand-off yet: the file is early, and whoever opens the hand-off looks for it.
  const place = handoff ? placeOf(folder, job, handoff) : "early";
  if (!handoff || place === "early") return logEvent("callback is early", about);
  const key = `inbound/${folder}${file}`;
  if (place === "wrong") return rejectPlace(context, key, handoff);
  const room = place === "open" ? roomFor(kind, handoff) : callbackLimit;
  const largeResults = handoff.largeResults ?? false;
  const callback = await readCallback(context, { key, kind, receivedAt, room, largeResults });
  if (!callback) return;
  if (place === "late") return recordLate(context, job, callback.answer);
  if (wasAnswer(job, handoff, callback)) return logEvent("callback was answered with before", about);
  if (kind === "heartbeat") return keepAlive(context, job, handoff, callback);
  const usable = callback.way === "whole" ? callback : await byReference(context, job, handoff, callback);
  if (usable) await resume(context, job, handoff, usable);
}

/** The answer as the workflow gets it when it does not carry it itself; nothing when there is nothing left to answer. */
async function byReference(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback: Callback,
): Promise<Callback | undefined> {
  const { answer, bytes } = callback;
  const reference = referenceTo(job.jobId, handoff, { eTag: answer.eTag, bytes });
  // It was kept before it was claimed.
  const isKept = isSameAnswer(job.steps[handoff.step]?.answer, answer);
  if (!isKept && job.status !== "WAITING") {
    await recordLate(context, job, answer);
    return undefined;
  }
  if (!isKept && !(await keepLargeAnswer(context, callback, reference))) return undefined;
  return {
    ...callback,
    text: referenceText(context.bucketName, reference),
    answer: { ...answer, reference },
  };
}

/** What a folder is to a job: its hand-off's, a later step's, an earlier one's, or none that is looked into. */
function placeOf(
  folder: string,
  job: JobRecord,
  handoff: HandoffRecord,
): "open" | "early" | "late" | "wrong" {
  if (folder === handoff.folder) return "open";
  if (isTerminal(job.status)) return "late";
  const [, step = ""] = folder.split("/");
  const ownFolders = handoff.folder !== `${job.jobId}/`;
  if (!ownFolders || !Object.hasOwn(job.steps, step)) return "wrong";
  return job.steps[step]?.status === "PENDING" ? "early" : "late";
}

/** Whether the file answered the hand-off already before the job was redriven, and was not dropped anew since. */
function wasAnswer(job: JobRecord, { step, requestedAt }: HandoffRecord, { answer }: Callback): boolean {
  const { earlier = [] } = job.steps[step] ?? {};
  return answer.receivedAt < requestedAt && earlier.some((run) => isSameAnswer(run.answer, answer));
}

/** A heartbeat's content does not go into the workflow. */
function roomFor(kind: CallbackKind, { room = callbackLimit }: HandoffRecord): number {
  return kind === "heartbeat" ? callbackLimit : room;
}

function rejectPlace(context: AnswerContext, key: string, { step, folder }: HandoffRecord): Promise<void> {
  const right = `inbound/${folder}`;
  const reason = `No hand-off looks into this folder; ${step} is answered in ${right}.`;
  return explainRejection(context, key, reason, `Write the file to ${right}.`);
}

async function resume(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback: Callback,
): Promise<void> {
  const { jobId, process } = job;
  const { step } = handoff;
  const isSame = (other?: JobRecord) => isSameAnswer(other?.steps[step]?.answer, callback.answer);
  // The same answer again was claimed before, perhaps by an attempt that ended before the workflow heard of it.
  if (!isSame(job) && !(await claimAnswer(context, jobId, handoff, callback))) {
    const now = await readJob(context.table, context.tableName, jobId);
    if (!isSame(now)) return recordLate(context, now ?? job, callback.answer);
  }
  try {
    const sent = await sendAnswer(context.workflows, handoff.token, callback);
    const status = sent ? "RUNNING" : "nothing was waiting";
    logEvent("hand-off answered", { jobId, process, step, kind: callback.kind, status });
  } catch (error) {
    if (!isRefused(error)) throw error;
    await releaseAnswer(context, jobId, handoff, callback);
    await explainRejection(context, callback.answer.key, `Step Functions refused it: ${error.message}`);
  }
}

/** Resets the workflow's heartbeat timer, and keeps what the file says as the step's detail. */
async function keepAlive(
  context: AnswerContext,
  { jobId, process }: JobRecord,
  { step, token }: HandoffRecord,
  callback: Callback,
): Promise<void> {
  if (!(await sendAnswer(context.workflows, token, callback))) return;
  await changeJob(context.table, context.tableName, jobId, {
    update: "SET updatedAt = :now, steps.#step.detail = :detail",
    condition: "#status = :waiting AND handoff.#token = :token",
    names: { "#step": step, "#token": "token" },
    values: {
      ":waiting": "WAITING",
      ":token": token,
      // As text: not every number of JSON is one of DynamoDB's.
      ":detail": detailOf(callback),
      ":now": new Date().toISOString(),
    },
  });
  logEvent("heartbeat received", { jobId, process, step, status: "WAITING" });
}

function detailOf({ text }: Callback): string {
  if (Buffer.byteLength(text) <= detailLimit) return text;
  return JSON.stringify(`The content of heartbeat.json is over ${detailLimit} bytes and was not kept.`);
}
