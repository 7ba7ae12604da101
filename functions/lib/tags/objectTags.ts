import type { Tags } from "./tagGroup";

/** The most that an object of S3 has. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const mostObjectTags = 10;

/** Tags as S3 takes them with an object: the first ten in the order of their keys; nothing when there are none. */
export function objectTagging(tags: Tags | undefined): string | undefined {
  const entries = Object.entries(tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  return new URLSearchParams(entries.slice(0, mostObjectTags)).toString();
}

/** The keys of those that an object has no room for. */
export function tagsLeftOut(tags: Tags | undefined): string[] {
  return Object.keys(tags ?? {})
    .sort()
    .slice(mostObjectTags);
}
