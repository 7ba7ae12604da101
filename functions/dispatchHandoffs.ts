import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { answerHandoff } from "./lib/answerHandoff";
import { handleMessages } from "./lib/batchResponse";
import { callbackVersions } from "./lib/callbackVersions";
import {
  answerRoom,
  callbackNames,
  handoffDeadline,
  handoffFolder,
  outboundData,
  type HandoffRequest,
} from "./lib/handoff";
import type { HandoffRecord } from "./lib/job";
import { logEvent } from "./lib/logEvent";
import { moveJob } from "./lib/moveJob";
import type { AnswerContext } from "./lib/readCallback";
import { steadyClient } from "./lib/steadyClient";
import { takeTurns, type Turns } from "./lib/turns";

export interface DispatchHandoffsSettings {
  readonly tableName: string;
  readonly bucketName: string;
}

/** Opens hand-offs: keeps the task token, writes the files for the other side, and looks whether it has answered already. */
export const dispatchHandoffs = (settings: DispatchHandoffsSettings) => {
  const context: AnswerContext = {
    ...settings,
    table: new DynamoDBClient(steadyClient),
    objects: new S3Client(steadyClient),
    workflows: new SFNClient(steadyClient),
  };
  const open = async (request: HandoffRequest): Promise<void> => {
    const { jobId, process, step } = request;
    if (!(await recordHandoff(context, request))) {
      // The job has ended, or this is an old message and the hand-off was answered or asked anew since.
      return logEvent("hand-off is no longer wanted", { jobId, process, step });
    }
    await writeOutbound(context, request);
    logEvent("hand-off opened", { jobId, process, step, status: "WAITING" });
    await answerEarly(context, handoffFolder(request));
  };
  const handle = async ({ body }: SQSRecord, turns: Turns): Promise<void> => {
    const request = JSON.parse(body) as HandoffRequest;
    // The files of an older request are not to be written over those of a newer one.
    await turns(request.jobId, () => open(request));
  };
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const turns = takeTurns();
    return handleMessages(event, (message) => handle(message, turns));
  };
};

function handoffRecord(request: HandoffRequest): HandoffRecord {
  const { step, token, enteredAt, attempt } = request;
  const [deadline, folder] = [handoffDeadline(request), handoffFolder(request)];
  const limits = {
    room: answerRoom(request),
    ...(request.largeResults ? { largeResults: true } : {}),
  };
  return { step, token, requestedAt: enteredAt, attempt, deadline, folder, ...limits };
}

/** Keeps the token. The newest request of a job wins, and one that was answered is not opened again. */
function recordHandoff(context: AnswerContext, request: HandoffRequest): Promise<boolean> {
  const { jobId, step, token, enteredAt, attempt } = request;
  const done = Object.keys(request.results).map((name, index) => [`#done${index}`, name] as const);
  return moveJob(context.table, context.tableName, jobId, {
    ...{ by: "ask", to: "WAITING" },
    set:
      "handoff = :handoff, updatedAt = :now, steps.#step.#status = :to, steps.#step.startedAt = :enteredAt" +
      done.map(([name]) => `, steps.${name}.#status = :succeeded`).join(""),
    remove: "steps.#step.answer, steps.#step.endedAt",
    condition:
      "(attribute_not_exists(handoff) OR handoff.requestedAt < :enteredAt " +
      "OR (handoff.requestedAt = :enteredAt AND handoff.attempt < :attempt) " +
      "OR (handoff.#token = :token AND #status = :to))",
    names: { "#step": step, "#token": "token", ...Object.fromEntries(done) },
    values: {
      ...(done.length > 0 ? { ":succeeded": "SUCCEEDED" } : {}),
      ":handoff": handoffRecord(request),
      ":token": token,
      ":enteredAt": enteredAt,
      ":attempt": attempt,
      ":now": new Date().toISOString(),
    },
  });
}

async function writeOutbound(context: AnswerContext, request: HandoffRequest): Promise<void> {
  const folder = `outbound/${handoffFolder(request)}`;
  const put = (file: string, Body: string, ContentType: string) =>
    context.objects.send(
      new PutObjectCommand({ Bucket: context.bucketName, Key: `${folder}${file}`, Body, ContentType }),
    );
  await put("task_token.txt", request.token, "text/plain");
  // Last, for the other side looks for it and must then find the rest.
  const data = JSON.stringify(outboundData(request, context.bucketName), undefined, 2);
  await put("data.json", data, "application/json");
}

/** An answer that was dropped before the token was kept resumed nothing: its event found no hand-off. */
async function answerEarly(context: AnswerContext, folder: string): Promise<void> {
  const versions = await callbackVersions(context, folder, callbackNames);
  const callbacks = versions.filter(({ isLatest }) => isLatest);
  callbacks.sort((one, other) => one.receivedAt.localeCompare(other.receivedAt));
  const jobId = folder.slice(0, folder.indexOf("/"));
  for (const { key, receivedAt } of callbacks) {
    const file = key.slice(key.lastIndexOf("/") + 1);
    await answerHandoff(context, { jobId, folder, file }, receivedAt);
  }
}
