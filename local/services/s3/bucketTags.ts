import type { TagSource } from "../tagging/resources";
import type { ObjectStore } from "./objectStore";
import { bucketArn } from "./s3Operation";

/** The buckets, for the Resource Groups Tagging API. */
export function bucketTags(store: ObjectStore): TagSource {
  const find = (arn: string) => store.buckets().find(({ name }) => bucketArn(name) === arn);
  return {
    list: () =>
      store.buckets().map(({ name, tags }) => ({ arn: bucketArn(name), tags: Object.fromEntries(tags) })),
    get(arn) {
      const bucket = find(arn);
      return bucket && Object.fromEntries(bucket.tags);
    },
    set(arn, tags) {
      const bucket = find(arn);
      if (bucket) bucket.tags = new Map(Object.entries(tags));
    },
  };
}
