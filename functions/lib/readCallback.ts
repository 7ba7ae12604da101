import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import {
  callbackLimit,
  callbackRejected,
  isCallbackRejected,
  parseCallback,
  type CallbackKind,
} from "./handoff";
import type { AnswerRecord, Json } from "./job";
import { logEvent } from "./logEvent";

/** What answering hand-offs acts on. */
export interface AnswerContext {
  readonly table: DynamoDBClient;
  readonly objects: S3Client;
  readonly workflows: SFNClient;
  readonly tableName: string;
  readonly bucketName: string;
}

/** A file that the other side dropped. */
export interface Callback {
  readonly kind: CallbackKind;
  readonly content: Json;
  readonly answer: AnswerRecord;
}

/** Reads a callback; one that cannot be used is explained beside it. */
export async function readCallback(
  context: AnswerContext,
  key: string,
  kind: CallbackKind,
  receivedAt: string,
): Promise<Callback | undefined> {
  const file = key.slice(key.lastIndexOf("/") + 1);
  try {
    const {
      Body,
      ETag = "",
      ContentLength = 0,
    } = await context.objects.send(new GetObjectCommand({ Bucket: context.bucketName, Key: key }));
    if (ContentLength > callbackLimit) {
      throw callbackRejected(`${file} has ${ContentLength} bytes; ${callbackLimit} are allowed.`);
    }
    const content = parseCallback(file, (await Body?.transformToString()) ?? "");
    return { kind, content, answer: { key, eTag: ETag.replace(/"/g, ""), receivedAt } };
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

async function explainRejection(context: AnswerContext, key: string, reason: string): Promise<void> {
  logEvent("callback rejected", { key, reason });
  const remedy = "Write a corrected file under the same name.";
  const beside = key.replace(/[^/]+$/, "rejected.json");
  // Beside the file, and where the other side may read: its role cannot read what it has written.
  for (const Key of [beside, beside.replace(/^inbound\//, "outbound/")]) {
    await context.objects.send(
      new PutObjectCommand({
        Bucket: context.bucketName,
        Key,
        Body: JSON.stringify({ file: key, reason, remedy }),
        ContentType: "application/json",
      }),
    );
  }
}
