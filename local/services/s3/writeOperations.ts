import { createHash } from "node:crypto";
import type { AwsResponse, RequiredPermission } from "../service";
import { checksumElement, checksumHeaders, digest, readAlgorithm } from "./checksums";
import { copySourceVersion, findSource, namedSource, permissionsToReadSource } from "./copySource";
import { checkStorable, encryptionHeaders, storedHeaders } from "./objectHeaders";
import type { Bucket, ObjectContent, ObjectVersion } from "./bucket";
import { readPayload } from "./payload";
import { checkCopyConditions, checkWriteConditions } from "./preconditions";
import { invalidRequest } from "./s3Errors";
import { objectArn, respond, respondXml, versionHeader, type S3Operation, type S3State } from "./s3Operation";
import type { S3Request } from "./s3Request";
import { tagsOfHeader } from "./tags";

export const writeOperations = {
  PutObject: { permissions: permissionsToWrite, run: putObject },
  CopyObject: {
    permissions: (request, state) => [
      ...permissionsToReadSource(request, state),
      ...permissionsToWrite(request, state),
      ...permissionsToCopyTags(request, state),
    ],
    run: copyObject,
  },
} satisfies Record<string, S3Operation>;

/** A write on the condition of what is there also needs to read it. */
export function permissionsToWrite(request: S3Request, _state: S3State): RequiredPermission[] {
  const actions = [
    "s3:PutObject",
    ...(request.headers["x-amz-tagging"] === undefined ? [] : ["s3:PutObjectTagging"]),
    ...(request.headers["x-amz-acl"] === undefined ? [] : ["s3:PutObjectAcl"]),
    ...(request.headers["if-match"] === undefined ? [] : ["s3:GetObject"]),
  ];
  return actions.map((action) => ({ action, resource: objectArn(request) }));
}

function putObject(request: S3Request, { store, events }: S3State): AwsResponse {
  const bucket = store.bucket(request.bucket);
  checkStorable(request);
  const { data, md5, checksum } = readPayload(request);
  checkWriteConditions(request.key, bucket.current(request.key), request.headers);
  const headers = storedHeaders(request);
  const tags = tagsOfHeader(request.headers["x-amz-tagging"]);
  const version = bucket.put(request.key, { body: data, etag: md5, checksum, headers, tags });
  const response = respond(200, {
    etag: `"${md5}"`,
    ...checksumHeaders(checksum),
    ...encryptionHeaders(headers),
    ...versionHeader(version, bucket.versioning),
  });
  events.created("Put", bucket, version, request.principal, response);
  return response;
}

function copyObject(request: S3Request, { store, events }: S3State): AwsResponse {
  const bucket = store.bucket(request.bucket);
  checkStorable(request);
  const source = findSource(request, store);
  checkCopyConditions(source, request.headers);
  checkWriteConditions(request.key, bucket.current(request.key), request.headers);
  const version = bucket.put(request.key, copiedContent(request, bucket, source));
  const { algorithm, value, type } = version.checksum;
  const response = respondXml(
    "CopyObjectResult",
    {
      LastModified: new Date(version.lastModified).toISOString(),
      ETag: `"${version.etag}"`,
      [checksumElement(algorithm)]: value,
      ChecksumType: type,
    },
    {
      ...encryptionHeaders(version.headers),
      ...versionHeader(version, bucket.versioning),
      ...copySourceVersion(source),
    },
  );
  events.created("Copy", bucket, version, request.principal, response);
  return response;
}

/** A copy is one whole, whatever the source was made of; its ETag and checksum are of the data. */
function copiedContent(request: S3Request, bucket: Bucket, source: ObjectVersion): ObjectContent {
  const { headers, key } = request;
  const replaced = headers["x-amz-metadata-directive"] === "REPLACE";
  const changed =
    replaced || Object.keys(headers).some((name) => /^x-amz-(storage-class|server-side-)/.test(name));
  if (bucket.current(key) === source && !changed) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const algorithmName = headers["x-amz-checksum-algorithm"];
  const algorithm = algorithmName === undefined ? source.checksum.algorithm : readAlgorithm(algorithmName);
  return {
    body: source.body,
    etag: createHash("md5").update(source.body).digest("hex"),
    checksum: { algorithm, value: digest(algorithm, source.body), type: "FULL_OBJECT" },
    headers: replaced ? storedHeaders(request) : source.headers,
    tags:
      headers["x-amz-tagging-directive"] === "REPLACE" ? tagsOfHeader(headers["x-amz-tagging"]) : source.tags,
  };
}

/** Tags that go along with a copy must be readable and writable by who copies. */
function permissionsToCopyTags(request: S3Request, { store }: S3State): RequiredPermission[] {
  if (request.headers["x-amz-tagging-directive"] === "REPLACE") return [];
  const source = namedSource(request);
  const version = store.find(source.bucket)?.current(source.key);
  if (!version || version.tags.size === 0) return [];
  return [
    { action: "s3:GetObjectTagging", resource: objectArn(source) },
    { action: "s3:PutObjectTagging", resource: objectArn(request) },
  ];
}
