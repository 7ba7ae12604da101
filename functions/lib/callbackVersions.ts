import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from "@aws-sdk/client-s3";
import type { RejectionContext } from "./explainRejection";
import type { AnswerRecord } from "./job";

/** A version of a file that the other side has dropped. */
export interface CallbackVersion extends AnswerRecord {
  readonly versionId: string;
  /** Whether this is the file now, neither overwritten nor deleted. */
  readonly isLatest: boolean;
}

/** The most pages of one file's versions that are looked at: a thousand each. */
const mostPages = 10;

/**
 * All versions of the files with these names in a folder under `inbound/`; those of a file are together, the oldest first.
 * One page of the folder has them nearly always; where it has too much beside them, each is looked for by its name.
 */
export async function callbackVersions(
  context: RejectionContext,
  folder: string,
  names: readonly string[],
): Promise<CallbackVersion[]> {
  const prefix = `inbound/${folder}`;
  const keys = names.map((name) => `${prefix}${name}`);
  const inFolder = await context.objects.send(
    new ListObjectVersionsCommand({ Bucket: context.bucketName, Prefix: prefix, Delimiter: "/" }),
  );
  const versions = inFolder.IsTruncated
    ? (await Promise.all(keys.map((key) => versionsOf(context, key)))).flat()
    : (inFolder.Versions ?? []).filter(({ Key = "" }) => keys.includes(Key));
  // S3 lists the newest first.
  return versions.reverse().map(callbackVersion);
}

function callbackVersion(version: ObjectVersion): CallbackVersion {
  const { Key = "", ETag = "", VersionId = "", LastModified = new Date(), IsLatest = false } = version;
  return {
    key: Key,
    eTag: ETag.replace(/"/g, ""),
    receivedAt: LastModified.toISOString(),
    versionId: VersionId,
    isLatest: IsLatest,
  };
}

async function versionsOf({ objects, bucketName }: RejectionContext, key: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  for (let pages = 0; marker && pages < mostPages; pages++) {
    const page: ListObjectVersionsCommandOutput = await objects.send(
      new ListObjectVersionsCommand({ Bucket: bucketName, Prefix: key, ...marker }),
    );
    found.push(...(page.Versions ?? []).filter(({ Key }) => Key === key));
    const { NextKeyMarker: next, NextVersionIdMarker: nextVersion } = page;
    // A key comes before all longer ones that begin with it.
    marker =
      page.IsTruncated && next === key
        ? { KeyMarker: next, ...(nextVersion === undefined ? {} : { VersionIdMarker: nextVersion }) }
        : undefined;
  }
  return found;
}
