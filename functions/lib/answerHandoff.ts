import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { callbackKind, failureOf, type InboundKey } from "./handoff";
import { isTerminal, type AnswerRecord, type HandoffRecord, type JobRecord } from "./job";
import { changeJob, readJob } from "./jobsTable";
import { logEvent } from "./logEvent";
import { readCallback, type AnswerContext, type Callback } from "./readCallback";

/** The most late answers that a job keeps; the rest is only logged, so that nobody can fill the record. */
const lateAnswersKept = 20;

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
  const kind = callbackKind(file);
  if (!kind) return logEvent("file ignored", about);
  const job = await readJob(context.table, context.tableName, jobId);
  if (!job) return logEvent("callback for an unknown job", about);
  // No hand-off yet: the file is early, and whoever opens the hand-off looks for it.
  if (!job.handoff) return logEvent("callback is early", about);
  const key = `inbound/${folder}${file}`;
  const callback = await readCallback(context, key, kind, receivedAt);
  if (!callback) return;
  if (folder !== job.handoff.folder) return recordLate(context, job, callback.answer);
  const answer = kind === "heartbeat" ? keepAlive : resume;
  await answer(context, job, job.handoff, callback);
}

async function resume(
  context: AnswerContext,
  job: JobRecord,
  handoff: HandoffRecord,
  callback: Callback,
): Promise<void> {
  const { jobId } = job;
  const isSame = (other?: JobRecord) => isSameAnswer(other?.steps[handoff.step]?.answer, callback.answer);
  // The same answer again was claimed before, perhaps by an attempt that ended before the workflow heard of it.
  if (!isSame(job) && !(await claim(context, jobId, handoff, callback))) {
    const now = await readJob(context.table, context.tableName, jobId);
    if (!isSame(now)) return recordLate(context, now ?? job, callback.answer);
  }
  const sent = await sendAnswer(context.workflows, handoff.token, callback);
  const status = sent ? "RUNNING" : "nothing was waiting";
  logEvent("hand-off answered", {
    jobId,
    process: job.process,
    step: handoff.step,
    kind: callback.kind,
    status,
  });
}

/** Two files may have the same content: a success and a failure that are both empty. */
function isSameAnswer(one: AnswerRecord | undefined, other: AnswerRecord): boolean {
  return one?.key === other.key && one.eTag === other.eTag;
}

/** Makes this callback the hand-off's answer, if it has none and is still open. */
function claim(
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
      ":detail": JSON.stringify(callback.content),
      ":now": new Date().toISOString(),
    },
  });
  logEvent("heartbeat received", { jobId, process, step, status: "WAITING" });
}

/** Tells the workflow; answers whether a task was still waiting. */
async function sendAnswer(workflows: SFNClient, taskToken: string, callback: Callback): Promise<boolean> {
  try {
    await tellWorkflow(workflows, taskToken, callback);
    return true;
  } catch (error) {
    const ended =
      error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
    if (!ended) throw error;
    return false;
  }
}

async function tellWorkflow(
  workflows: SFNClient,
  taskToken: string,
  { kind, content }: Callback,
): Promise<void> {
  switch (kind) {
    case "success":
      await workflows.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(content) }));
      return;
    case "failure":
      await workflows.send(new SendTaskFailureCommand({ taskToken, ...failureOf(content) }));
      return;
    case "heartbeat":
      await workflows.send(new SendTaskHeartbeatCommand({ taskToken }));
  }
}

/** Keeps an answer that came when nothing waited for it. */
async function recordLate(context: AnswerContext, job: JobRecord, answer: AnswerRecord): Promise<void> {
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
