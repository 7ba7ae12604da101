import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { isCallbackRejected, parseCallback, type CallbackContent } from "./callbackContent";
import type { CallbackVersion } from "./callbackVersions";
import { explainRejection, type RejectionContext } from "./explainRejection";
import { callbackKind, type CallbackKind } from "./handoff";
import type { AnswerRecord } from "./job";
import { answerWay, isNoSuchVersion, mostChecked, type AnswerLimits, type AnswerWay } from "./largeAnswer";
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
  readonly way: AnswerWay;
  /** The size of the file. */
  readonly bytes: number;
}

/** What is to be read, and how much of it the workflow takes. */
export interface CallbackFile extends AnswerLimits {
  readonly key: string;
  readonly kind: CallbackKind;
  readonly receivedAt: string;
}

/** Reads a callback; one that cannot be used is explained beside it. */
export async function readCallback(
  context: AnswerContext,
  { key, kind, receivedAt, ...limits }: CallbackFile,
): Promise<Callback | "gone" | "rejected"> {
  try {
    const { eTag, file } = await readFile(context, key, limits);
    return { kind, answer: { key, eTag, receivedAt }, ...file };
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
  { key, eTag, receivedAt, versionId }: CallbackVersion,
  limits: AnswerLimits,
): Promise<Callback | undefined> {
  const kind = callbackKind(fileName(key));
  if (!kind) return undefined;
  try {
    const { file } = await readFile(context, key, limits, versionId);
    return { kind, answer: { key, eTag, receivedAt }, ...file };
  } catch (error) {
    if (isCallbackRejected(error) || isNoSuchVersion(error)) return undefined;
    throw error;
  }
}

async function readFile(
  { objects, bucketName }: AnswerContext,
  key: string,
  limits: AnswerLimits,
  versionId?: string,
) {
  const version = versionId === undefined ? {} : { VersionId: versionId };
  const command = new GetObjectCommand({ Bucket: bucketName, Key: key, ...version });
  const { Body, ETag = "", ContentLength: bytes = 0 } = await objects.send(command);
  // What is not read would keep its connection.
  const discard = () => Body && "destroy" in Body && Body.destroy();
  const eTag = ETag.replace(/"/g, "");
  try {
    const way = answerWay(fileName(key), bytes, limits);
    if (bytes > mostChecked) {
      discard();
      // What is too large to be looked at is the business of who reads it.
      return { eTag, file: unread(way, bytes) };
    }
    const read = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const callback = parseCallback(fileName(key), read);
    // Parsed, it may be large, and others are under way at the same time; the workflow gets a reference.
    if (way === "by reference") return { eTag, file: unread(way, bytes) };
    return { eTag, file: { way, bytes, ...callback } };
  } catch (error) {
    discard();
    throw error;
  }
}

function unread(way: AnswerWay, bytes: number) {
  return { way, bytes, text: "{}", content: {} };
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
