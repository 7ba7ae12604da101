import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { isCallbackRejected, parseCallback, type CallbackContent } from "./callbackContent";
import { explainRejection, type RejectionContext } from "./explainRejection";
import type { CallbackKind } from "./handoff";
import type { AnswerRecord } from "./job";
import { answerWay, mostChecked, type AnswerLimits, type AnswerWay } from "./largeAnswer";
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
): Promise<Callback | undefined> {
  try {
    const { content, eTag, bytes, way } = await readObject(context, key, limits);
    const answer = { key, eTag, receivedAt };
    // What is too large to be looked at is the business of who reads it.
    const parsed = content ? parseCallback(fileName(key), content) : { text: "{}", content: {} };
    return { kind, answer, way, bytes, ...parsed };
  } catch (error) {
    if (error instanceof NoSuchKey) {
      logEvent("callback is gone", { key });
      return undefined;
    }
    if (!isCallbackRejected(error)) throw error;
    await explainRejection(context, key, error.message);
    return undefined;
  }
}

async function readObject({ objects, bucketName }: AnswerContext, key: string, limits: AnswerLimits) {
  const command = new GetObjectCommand({ Bucket: bucketName, Key: key });
  const { Body, ETag = "", ContentLength: bytes = 0 } = await objects.send(command);
  // What is not read would keep its connection.
  const discard = () => Body && "destroy" in Body && Body.destroy();
  const about = { eTag: ETag.replace(/"/g, ""), bytes };
  try {
    const way = answerWay(fileName(key), bytes, limits);
    if (bytes > mostChecked) {
      discard();
      return { ...about, way, content: undefined };
    }
    return { ...about, way, content: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  } catch (error) {
    discard();
    throw error;
  }
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
