import { claimAnswer, releaseAnswer } from "./claimAnswer";
import { droppedAnswers } from "./droppedAnswers";
import { explainRejection } from "./explainRejection";
import { callbackKind, callbackLimit, rejectionFile, type CallbackKind, type InboundKey } from "./handoff";
import { isTerminal, type AnswerRecord, type HandoffRecord, type JobRecord } from "./job";
import { changeJob, readJob } from "./jobsTable";
import { logEvent } from "./logEvent";
import { readCallback, readDropped, type AnswerContext, type Callback } from "./readCallback";
import { isSameAnswer, recordLate } from "./recordLate";
import { isRefused, sendAnswer } from "./sendAnswer";

/** The most of a heartbeat's content that a job keeps, in bytes. */
const detailLimit = 4_096;

/**
 * Resumes the workflow of a job with a file that was dropped for it. What the job record says decides, not the file:
 * the token comes from there, the answer that was dropped first wins, and one that nothing waits for changes nothing.
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
  const callback = await readCallback(context, { key, kind, receivedAt, room });
  if (callback === "gone") return;
  // What it overwrote may be an answer nevertheless.
  if (callback === "rejected")
    return kind === "heartbeat" || place === "late" ? undefined : resume(context, job, handoff);
  if (place === "late") return recordLate(context, job, callback.answer);
  if (wasAnswer(job, handoff, callback.answer)) return logEvent("callback was answered with before", about);
  const answer = kind === "heartbeat" ? keepAlive : resume;
  await answer(context, job, handoff, callback);
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
function wasAnswer(job: JobRecord, { step, requestedAt }: HandoffRecord, answer: AnswerRecord): boolean {
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

/**
 * Resumes the workflow with the answer that was dropped first, whichever this event is about.
 * @param callback what the event is about; nothing when it cannot be used
 */
async function resume(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback?: Callback,
): Promise<void> {
  const used = await answerWithFirst(context, job, handoff, callback?.answer.key ?? "");
  if (!callback || used.some((answer) => isSameAnswer(answer, callback.answer))) return;
  const now = await readJob(context.table, context.tableName, job.jobId);
  await recordLate(context, now ?? job, callback.answer);
}

/** Tries the answers in the order in which they were dropped; answers which were dealt with. */
async function answerWithFirst(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  preferred: string,
): Promise<AnswerRecord[]> {
  const claimed = job.steps[handoff.step]?.answer;
  const dropped = await droppedAnswers(context, handoff.folder, preferred);
  const dealtWith: AnswerRecord[] = [];
  for (const one of dropped) {
    // What was claimed before is sent again: the attempt that claimed it may have ended before the workflow heard of it.
    const asked = claimed ? isSameAnswer(claimed, one) : !wasAnswer(job, handoff, one);
    const answer = asked ? await readDropped(context, one, roomFor("success", handoff)) : undefined;
    if (!answer) continue;
    const outcome = await answerWith(context, job, handoff, answer);
    if (outcome !== "late") dealtWith.push(one);
    if (outcome !== "refused") break;
  }
  return dealtWith;
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
