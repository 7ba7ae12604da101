import type { RequiredPermission } from "../service";
import { findVersion } from "./readOperations";
import { S3Error } from "./s3Errors";
import {
  onBucket,
  onObject,
  respond,
  respondXml,
  versionHeader,
  type S3Operation,
  type S3State,
} from "./s3Operation";
import type { S3Request } from "./s3Request";
import { tagSet, tagsOfXml, type Tags } from "./tags";

export const tagOperations = {
  GetObjectTagging: {
    permissions: versioned("GetObject", "Tagging"),
    run(request, state) {
      const { version, bucket } = tagged(request, state);
      return respondXml("Tagging", tagSet(version.tags), versionHeader(version, bucket.versioning));
    },
  },
  PutObjectTagging: {
    permissions: versioned("PutObject", "Tagging"),
    run: (request, state) => setTags(request, state, tagsOfXml(request.body, "object"), 200),
  },
  DeleteObjectTagging: {
    permissions: versioned("DeleteObject", "Tagging"),
    run: (request, state) => setTags(request, state, new Map(), 204),
  },
  GetBucketTagging: {
    permissions: onBucket("s3:GetBucketTagging"),
    run({ bucket }, { store }) {
      const { tags } = store.bucket(bucket);
      if (tags.size > 0) return respondXml("Tagging", tagSet(tags));
      throw new S3Error("NoSuchTagSet", "The TagSet does not exist", 404, { BucketName: bucket });
    },
  },
  PutBucketTagging: {
    permissions: onBucket("s3:PutBucketTagging"),
    run({ bucket, body }, { store }) {
      store.bucket(bucket).tags = tagsOfXml(body, "bucket");
      return respond(204);
    },
  },
  DeleteBucketTagging: {
    permissions: onBucket("s3:PutBucketTagging"),
    run({ bucket }, { store }) {
      store.bucket(bucket).tags = new Map();
      return respond(204);
    },
  },
} satisfies Record<string, S3Operation>;

function versioned(verb: string, noun: string): (request: S3Request) => RequiredPermission[] {
  return (request) =>
    onObject(`s3:${verb}${request.parameters.has("versionId") ? "Version" : ""}${noun}`)(request);
}

function tagged({ bucket: name, key, parameters }: S3Request, { store }: S3State) {
  const bucket = store.bucket(name);
  return { bucket, version: findVersion(bucket, key, parameters.get("versionId")) };
}

function setTags(request: S3Request, state: S3State, tags: Tags, status: number) {
  const { bucket, version } = tagged(request, state);
  bucket.setTags(version, tags);
  return respond(status, versionHeader(version, bucket.versioning));
}
