import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from "@aws-sdk/client-s3";
import { answerNames } from "./handoff";
import type { AnswerRecord } from "./job";
import type { AnswerContext } from "./readCallback";

/** A version of an answer that the other side has dropped. */
export interface DroppedAnswer extends AnswerRecord {
  readonly versionId: string;
}

/** The most pages of versions that are looked at: a thousand each. */
const mostPages = 10;

/**
 * All answers that were dropped into a folder under `inbound/`, the first one first, those that were overwritten
 * included: events come in any order, and a file may be another one by the time its event is here. S3 says to the second
 * when an object was written: of two files of one second, `preferred` goes before the other.
 */
export async function droppedAnswers(
  context: AnswerContext,
  folder: string,
  preferred: string,
): Promise<DroppedAnswer[]> {
  const keys = answerNames.map((file) => `inbound/${folder}${file}`);
  keys.sort((one, other) => Number(other === preferred) - Number(one === preferred));
  const versions = await Promise.all(keys.map((key) => versionsOf(context, key)));
  // A stable sort: the versions of a file stay in their order.
  return versions.flat().sort((one, other) => one.receivedAt.localeCompare(other.receivedAt));
}

/** The oldest first; S3 lists the newest first. */
async function versionsOf({ objects, bucketName }: AnswerContext, key: string): Promise<DroppedAnswer[]> {
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
  return found.reverse().map(({ ETag = "", VersionId = "", LastModified = new Date() }) => ({
    key,
    eTag: ETag.replace(/"/g, ""),
    receivedAt: LastModified.toISOString(),
    versionId: VersionId,
  }));
}
