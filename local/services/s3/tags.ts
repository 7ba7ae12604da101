import type { XmlContent } from "./xml";
import { S3Error } from "./s3Errors";
import { childrenNamed, childText, malformedXml, readXml } from "./xmlReader";

export type Tags = ReadonlyMap<string, string>;

const most = { object: 10, bucket: 50 };

/** The tags of an `x-amz-tagging` header, which is a query string. */
export function tagsOfHeader(header: string | undefined): Tags {
  return checkTags([...new URLSearchParams(header ?? "")], "object");
}

/** The tags of a Tagging document. @throws S3Error `MalformedXML` or `InvalidTag` */
export function tagsOfXml(body: Buffer, owner: keyof typeof most): Tags {
  const root = readXml(body.toString("utf8"));
  const [set, ...others] = childrenNamed(root, "TagSet");
  if (root.name !== "Tagging" || !set || others.length > 0) throw malformedXml();
  const entries = childrenNamed(set, "Tag").map((tag): [string, string] => {
    const key = childText(tag, "Key");
    const value = childText(tag, "Value");
    if (key === undefined || value === undefined) throw malformedXml();
    return [key, value];
  });
  return checkTags(entries, owner);
}

export function tagSet(tags: Tags): XmlContent {
  return { TagSet: { Tag: [...tags].map(([Key, Value]) => ({ Key, Value })) } };
}

function checkTags(entries: readonly (readonly [string, string])[], owner: keyof typeof most): Tags {
  const tags = new Map(entries);
  if (tags.size < entries.length) throw invalidTag("Cannot provide multiple Tags with the same key");
  if (tags.size > most[owner]) {
    throw new S3Error(
      "BadRequest",
      `${owner === "object" ? "Object" : "Bucket"} tags cannot be greater than ${most[owner]}`,
    );
  }
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128) throw invalidTag("The TagKey you have provided is invalid");
    if (value.length > 256) throw invalidTag("The TagValue you have provided is invalid");
  }
  return tags;
}

function invalidTag(message: string): S3Error {
  return new S3Error("InvalidTag", message);
}
