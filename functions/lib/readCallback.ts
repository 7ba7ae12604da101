import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { callbackRejected, isCallbackRejected, parseCallback, type CallbackContent } from "./callbackContent";
import { explainRejection, type RejectionContext } from "./explainRejection";
import type { DroppedAnswer } from "./droppedAnswers";
import { callbackKind, type CallbackKind } from "./handoff";
import type { AnswerRecord } from "./job";
import { logEvent } from "./logEvent";

/** What answering hand-offs acts on. */
export interface AnswerContext extends RejectionContext {
  readonly table: DynamoDBClient;
  readonly workflows: SFNClient;
  readonly tableName: string;
}

/** A file that the other side dropped. */
export interface Callback extends CallbackContent {
  readonly kind: CallbackKind;
  readonly answer: AnswerRecord;
}

/** What is to be read, and the most bytes that it may have. */
export interface CallbackFile {
  readonly key: string;
  readonly kind: CallbackKind;
  readonly receivedAt: string;
  readonly room: number;
}

/** Reads a callback; one that cannot be used is explained beside it. */
export async function readCallback(
  context: AnswerContext,
  { key, kind, receivedAt, room }: CallbackFile,
): Promise<Callback | "gone" | "rejected"> {
  try {
    const { bytes, eTag } = await readObject(context, key, room);
    const answer = { key, eTag, receivedAt };
    return { kind, answer, ...parseCallback(fileName(key), bytes) };
  } catch (error) {
    if (error instanceof NoSuchKey) {
      logEvent("callback is gone", { key });
      return "gone";
    }
    if (!isCallbackRejected(error)) throw error;
    await explainRejection(context, key, error.message);
    return "rejected";
  }
}

/** Reads an answer as it was dropped, though it may have been overwritten since; nothing when it cannot be used. */
export async function readDropped(
  context: AnswerContext,
  { versionId, ...answer }: DroppedAnswer,
  room: number,
): Promise<Callback | undefined> {
  const { key } = answer;
  const kind = callbackKind(fileName(key));
  if (!kind) return undefined;
  try {
    const { bytes } = await readObject(context, key, room, versionId);
    return { kind, answer, ...parseCallback(fileName(key), bytes) };
  } catch (error) {
    if (isCallbackRejected(error) || isNoSuchVersion(error)) return undefined;
    throw error;
  }
}

/** S3 has no class for it. */
function isNoSuchVersion(error: unknown): boolean {
  return error instanceof Error && error.name === "NoSuchVersion";
}

async function readObject(
  { objects, bucketName }: AnswerContext,
  key: string,
  room: number,
  versionId?: string,
) {
  const version = versionId === undefined ? {} : { VersionId: versionId };
  const command = new GetObjectCommand({ Bucket: bucketName, Key: key, ...version });
  const { Body, ETag = "", ContentLength = 0 } = await objects.send(command);
  if (ContentLength > room) {
    // What is not read would keep its connection.
    if (Body && "destroy" in Body) Body.destroy();
    throw callbackRejected(`${fileName(key)} has ${ContentLength} bytes; ${room} are allowed.`);
  }
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return { bytes, eTag: ETag.replace(/"/g, "") };
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
