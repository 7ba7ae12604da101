import type { ObjectVersion } from "./bucket";
import { noSuchKey, notImplemented, preconditionFailed, S3Error } from "./s3Errors";

type Headers = Readonly<Record<string, string>>;

/**
 * Whether the object may be given: `If-Match` goes before `If-Unmodified-Since`, `If-None-Match` before `If-Modified-Since`.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 * @throws S3Error 412, or 304 when the caller has it already
 */
export function checkReadConditions(version: ObjectVersion, headers: Headers): void {
  const failed = failedCondition(version, headers, "");
  if (failed === undefined) return;
  if (failed === "If-Match" || failed === "If-Unmodified-Since") throw preconditionFailed(failed);
  throw new S3Error(
    "NotModified",
    "Not Modified",
    304,
    {},
    {
      etag: `"${version.etag}"`,
      "last-modified": new Date(version.lastModified).toUTCString(),
    },
  );
}

/** The same for the source of a copy, in `x-amz-copy-source-if-*`; whatever fails is 412. */
export function checkCopyConditions(source: ObjectVersion, headers: Headers): void {
  const failed = failedCondition(source, headers, "x-amz-copy-source-");
  if (failed !== undefined) throw preconditionFailed(`x-amz-copy-source-${failed}`);
}

/**
 * Whether an object may be stored under the key: not over another one, or only over a certain one.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(
  key: string,
  current: ObjectVersion | undefined,
  headers: Headers,
): void {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (noneMatch !== undefined) {
    if (noneMatch !== "*") throw notImplemented("If-None-Match");
    if (current) throw preconditionFailed("If-None-Match");
  }
  if (match === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(match, current)) throw preconditionFailed("If-Match");
}

function failedCondition(version: ObjectVersion, headers: Headers, prefix: string): string | undefined {
  const match = headers[`${prefix}if-match`];
  const noneMatch = headers[`${prefix}if-none-match`];
  if (match !== undefined) {
    if (!matches(match, version)) return "If-Match";
  } else if (version.lastModified > timeOf(headers[`${prefix}if-unmodified-since`], Infinity)) {
    return "If-Unmodified-Since";
  }
  if (noneMatch !== undefined) return matches(noneMatch, version) ? "If-None-Match" : undefined;
  const modifiedSince = timeOf(headers[`${prefix}if-modified-since`], -Infinity);
  return version.lastModified <= modifiedSince ? "If-Modified-Since" : undefined;
}

function matches(header: string, { etag }: ObjectVersion): boolean {
  const tags = header.split(",").map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
  return tags.includes("*") || tags.includes(etag);
}

/** A date that does not parse is no condition. */
function timeOf(header: string | undefined, otherwise: number): number {
  const time = Date.parse(header ?? "");
  return Number.isNaN(time) ? otherwise : time;
}
