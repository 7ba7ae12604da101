import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

export interface ListRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** List what comes after this key. */
  readonly after?: string | undefined;
  /** The most objects of a page. @default 1,000, which is also the most that S3 gives */
  readonly pageSize?: number;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly eTag: string;
}

/** Objects in the order of their keys' bytes; a page is asked for when the one before is used up. */
export async function* listObjects(
  client: S3Client,
  { bucket, prefix, after, pageSize }: ListRequest,
): AsyncGenerator<ListedObject, void> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        StartAfter: after,
        MaxKeys: pageSize,
        ContinuationToken: token,
        // Keys may have characters that XML cannot carry.
        EncodingType: "url",
      }),
    );
    for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? []) {
      yield { key: decodeURIComponent(Key.replaceAll("+", " ")), bytes: Size, eTag: ETag };
    }
    // A page may be empty with others after it, where many objects have been deleted.
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
