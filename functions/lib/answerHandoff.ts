import { explainRejection } from "./explainRejection";
import { callbackKind, callbackLimit, rejectionFile, type InboundKey } from "./handoff";
import { isTerminal, type HandoffRecord, type JobRecord } from "./job";
import { changeJob, readJob } from "./jobsTable";
import { logEvent } from "./logEvent";
import { readCallback, type AnswerContext, type Callback } from "./readCallback";
import { recordLate } from "./recordLate";
import { limitsOf, resumeHandoff, wasAnswer } from "./resumeHandoff";
import { sendAnswer } from "./sendAnswer";

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
  const limits = place === "open" ? limitsOf(kind, handoff) : { room: callbackLimit, largeResults: false };
  const callback = await readCallback(context, { key, kind, receivedAt, ...limits });
  if (callback === "gone") return;
  // What it overwrote may be an answer nevertheless.
  if (callback === "rejected")
    return kind === "heartbeat" || place === "late" ? undefined : resumeHandoff(context, job, handoff);
  if (place === "late") return recordLate(context, job, callback.answer);
  if (wasAnswer(job, handoff, callback.answer)) return logEvent("callback was answered with before", about);
  const answer = kind === "heartbeat" ? keepAlive : resumeHandoff;
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

function rejectPlace(context: AnswerContext, key: string, { step, folder }: HandoffRecord): Promise<void> {
  const right = `inbound/${folder}`;
  const reason = `No hand-off looks into this folder; ${step} is answered in ${right}.`;
  return explainRejection(context, key, reason, `Write the file to ${right}.`);
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
