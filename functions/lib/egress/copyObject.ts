import { CopyObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import { listObjects, type ListedObject } from "./listObjects";

/** From where to where objects are copied, under the same keys. */
export interface CopyBuckets {
  readonly client: S3Client;
  readonly sourceBucket: string;
  readonly targetBucket: string;
  /** The tags of the copies, as S3 takes them. @default none */
  readonly tagging?: string | undefined;
}

/**
 * Copies an object within S3, with its metadata and with other tags than its own, unless there is one already.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @throws also when another is copying to the same key just now (409): it is there the next time
 */
export async function copyObject(buckets: CopyBuckets, { key, eTag }: ListedObject): Promise<void> {
  try {
    await buckets.client.send(
      new CopyObjectCommand({
        Bucket: buckets.targetBucket,
        Key: key,
        CopySource: copySource(buckets, key),
        CopySourceIfMatch: eTag,
        IfNoneMatch: "*",
        TaggingDirective: "REPLACE",
        Tagging: buckets.tagging,
      }),
    );
  } catch (error) {
    if (!isPreconditionFailed(error)) throw error;
    if (await isCopied(buckets, key)) return;
    // S3 answers the same for either condition.
    throw new Error("it has changed since it was listed", { cause: error });
  }
}

/** What `x-amz-copy-source` says, which the SDK sends as it is. */
export function copySource({ sourceBucket }: CopyBuckets, key: string): string {
  return `${sourceBucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** Whether there is an object in the target; of the keys that begin with one, it is the first. */
export async function isCopied({ client, targetBucket }: CopyBuckets, key: string): Promise<boolean> {
  const next = await listObjects(client, { bucket: targetBucket, prefix: key, pageSize: 1 }).next();
  return next.done !== true && next.value.key === key;
}

export function isPreconditionFailed(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
}
