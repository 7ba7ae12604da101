import { createHash } from "node:crypto";

/** What S3 takes without special handling, and no path has a meaning for. */
const plain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The folder of a platform's job in the egress bucket; ends with a slash, and never leaves the platform's own. */
export function outputPrefix(platformName: string, id: string): string {
  return `${platformName}/${plain.test(id) ? id : hashed(id)}/`;
}

/**
 * A key's last segment from the name that the platform gives a file: nothing of it is a path, and its ending stays.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html, safe characters
 */
export function fileSegment(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? "";
  const [, stem = "", ending = ""] = /^(.*?)((?:\.[A-Za-z0-9]{1,10})*)$/s.exec(base) ?? [];
  const safeStem = stem.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[._-]+|[._-]+$/g, "");
  return `${(safeStem || "output").slice(0, 96)}${ending.slice(-32)}`;
}

/** Begins with what no plain id begins with, so that none can be taken for another's. */
function hashed(id: string): string {
  return `_${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}
