import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { callbackRejected } from "./callbackContent";
import { copySource } from "./egress/copyObject";
import type { AnswerRecord, AnswerReference, HandoffRecord } from "./job";
import { logEvent } from "./logEvent";
import type { AnswerContext } from "./readCallback";

/** The most bytes of an answer by reference: S3 copies up to 5 GB in one request, but a function waits for a minute. */
export const largestAnswer = 1024 ** 3;

/** The most bytes that are read to see whether they are JSON: parsed, they may take fifty times the memory. */
export const mostChecked = 2 * 1024 ** 2;

/** How the workflow gets an answer: as its own output, or by a reference to where it lies. */
export type AnswerWay = "whole" | "by reference";

export interface AnswerLimits {
  /** The bytes that the workflow has room for. */
  readonly room: number;
  /** Whether the hand-off takes what is larger, by reference. */
  readonly largeResults: boolean;
}

/** How an answer of that size goes. @throws CallbackRejected when it is too large */
export function answerWay(file: string, bytes: number, { room, largeResults }: AnswerLimits): AnswerWay {
  if (bytes <= room) return "whole";
  const isSuccess = file === "success.json";
  if (largeResults && isSuccess && bytes <= largestAnswer) return "by reference";
  const most = largeResults && isSuccess ? largestAnswer : room;
  const hint =
    isSuccess && !largeResults
      ? ` Where the process says largeResults: true, ${largestAnswer} are, and go by reference.`
      : "";
  throw callbackRejected(`${file} has ${bytes} bytes; ${most} are allowed.${hint}`);
}

/** Where an answer lies that went by reference: the other side may read it there, but not write. */
export function referenceTo(
  jobId: string,
  { step }: HandoffRecord,
  { eTag, bytes }: LargeAnswer,
): AnswerReference {
  return { key: `outbound/${jobId}/results/${step}/${eTag}.json`, bytes };
}

interface LargeAnswer {
  readonly eTag: string;
  readonly bytes: number;
}

/** What the workflow gets in place of the answer. */
export function referenceText(bucketName: string, { key, bytes }: AnswerReference): string {
  return JSON.stringify({ $ref: `s3://${bucketName}/${key}`, bytes });
}

/**
 * Copies an answer, as it was dropped, to where it lasts as long as its job and nobody changes it, server side. Answers
 * whether it was still there.
 */
export async function keepLargeAnswer(
  { objects, bucketName }: AnswerContext,
  { answer, versionId }: { readonly answer: AnswerRecord; readonly versionId: string },
  reference: AnswerReference,
): Promise<boolean> {
  const buckets = { client: objects, sourceBucket: bucketName, targetBucket: bucketName };
  const source = `${copySource(buckets, answer.key)}?versionId=${encodeURIComponent(versionId)}`;
  try {
    await objects.send(
      new CopyObjectCommand({
        ...{ Bucket: bucketName, Key: reference.key, CopySource: source },
        ...{ MetadataDirective: "REPLACE", ContentType: "application/json", TaggingDirective: "REPLACE" },
      }),
    );
    return true;
  } catch (error) {
    if (!isNoSuchVersion(error)) throw error;
    logEvent("callback is gone", { key: answer.key });
    return false;
  }
}

/** Whether S3 says that a version of an object is not there any more; the SDK has no class for it. */
export function isNoSuchVersion(error: unknown): boolean {
  return error instanceof Error && error.name === "NoSuchVersion";
}
