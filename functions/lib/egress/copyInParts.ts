import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import { copySource, isCopied, isPreconditionFailed, type CopyBuckets } from "./copyObject";
import type { ListedObject } from "./listObjects";
import { abortUpload } from "./objectUpload";
import { mostParts } from "./parts";
import { createPool, messageOf } from "./pool";

export interface PartSettings {
  /** In bytes; larger when there would be too many parts. */
  readonly partBytes: number;
  /** Parts at once. */
  readonly concurrency: number;
}

/**
 * Copies an object that is too large for one request. Answers false when the time was up before the end; then, as
 * after a failure, no parts stay.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
 */
export async function copyInParts(
  buckets: CopyBuckets,
  object: ListedObject,
  settings: PartSettings,
  timeIsUp: () => boolean,
): Promise<boolean> {
  if (await isCopied(buckets, object.key)) return true;
  const { client, targetBucket: bucket } = buckets;
  const upload = { bucket, key: object.key, uploadId: await beginUpload(buckets, object) };
  try {
    const parts = await copyParts(buckets, object, upload.uploadId, settings, timeIsUp);
    if (parts !== undefined && (await complete(buckets, object, upload.uploadId, parts))) return true;
    await abortUpload(client, upload);
    return parts !== undefined;
  } catch (error) {
    await abortUpload(client, upload).catch((abortError: unknown) => {
      throw new AggregateError([error, abortError], `${messageOf(error)}; ${messageOf(abortError)}`);
    });
    throw error;
  }
}

/** CopyObject keeps what is said of an object; here it is up to us. */
async function beginUpload(
  { client, sourceBucket, targetBucket, tagging }: CopyBuckets,
  { key, eTag }: ListedObject,
): Promise<string> {
  const head = new HeadObjectCommand({ Bucket: sourceBucket, Key: key, IfMatch: eTag });
  const { ContentType, ContentDisposition, ContentEncoding, ContentLanguage, CacheControl, Metadata } =
    await client.send(head);
  const described = {
    ContentType,
    ContentDisposition,
    ContentEncoding,
    ContentLanguage,
    CacheControl,
    Metadata,
  };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      Bucket: targetBucket,
      Key: key,
      ...described,
      Tagging: tagging,
      // Of the whole object, whatever its parts.
      ChecksumAlgorithm: "CRC64NVME",
    }),
  );
  if (UploadId === undefined) throw new Error("S3 began no upload");
  return UploadId;
}

/** Nothing when the time was up. All requests have ended when it returns or throws. */
async function copyParts(
  buckets: CopyBuckets,
  object: ListedObject,
  uploadId: string,
  { partBytes, concurrency }: PartSettings,
  timeIsUp: () => boolean,
): Promise<CompletedPart[] | undefined> {
  const pool = createPool(concurrency);
  const parts: CompletedPart[] = [];
  try {
    for (const [index, range] of partRanges(object.bytes, partBytes).entries()) {
      if (timeIsUp()) return undefined;
      await pool.begin(async () => {
        parts[index] = await copyPart(buckets, object, uploadId, index + 1, range);
      });
    }
  } finally {
    await pool.settle();
  }
  return parts;
}

/** The bytes of each part, as `x-amz-copy-source-range` says it. */
export function partRanges(bytes: number, partBytes: number): string[] {
  const size = Math.max(partBytes, Math.ceil(bytes / mostParts));
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => {
    const end = Math.min((index + 1) * size, bytes);
    return `bytes=${index * size}-${end - 1}`;
  });
}

async function copyPart(
  buckets: CopyBuckets,
  { key, eTag }: ListedObject,
  UploadId: string,
  PartNumber: number,
  CopySourceRange: string,
): Promise<CompletedPart> {
  const { CopyPartResult } = await buckets.client.send(
    new UploadPartCopyCommand({
      Bucket: buckets.targetBucket,
      Key: key,
      UploadId,
      PartNumber,
      CopySource: copySource(buckets, key),
      CopySourceIfMatch: eTag,
      CopySourceRange,
    }),
  );
  return { PartNumber, ETag: CopyPartResult?.ETag };
}

/** Answers whether there was no object yet. */
async function complete(
  { client, targetBucket }: CopyBuckets,
  { key, bytes }: ListedObject,
  UploadId: string,
  Parts: CompletedPart[],
): Promise<boolean> {
  try {
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket: targetBucket,
        Key: key,
        UploadId,
        MultipartUpload: { Parts },
        MpuObjectSize: bytes,
        IfNoneMatch: "*",
      }),
    );
    return true;
  } catch (error) {
    if (isPreconditionFailed(error)) return false;
    throw error;
  }
}
