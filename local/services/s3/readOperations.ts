import type { AwsResponse, RequiredPermission } from "../service";
import { partRange, readRange, type ByteRange } from "./byteRange";
import { checksumHeaders } from "./checksums";
import { returnedHeaders } from "./objectHeaders";
import { isDeleteMarker, type Bucket, type ObjectVersion, type Version } from "./bucket";
import { checkReadConditions } from "./preconditions";
import { invalidRequest, noSuchKey, noSuchVersion, S3Error } from "./s3Errors";
import { bucketArn, objectArn, respond, versionHeader, type S3Operation, type S3State } from "./s3Operation";
import type { S3Request } from "./s3Request";

export const readOperations = {
  GetObject: { permissions: permissionsToRead, run: (request, state) => read(request, state) },
  HeadObject: {
    permissions: permissionsToRead,
    run: (request, state) => ({ ...read(request, state), body: "" }),
  },
} satisfies Record<string, S3Operation>;

/**
 * Reading needs `s3:GetObject`, and where the object is missing also `s3:ListBucket`: who may not list a bucket must
 * not learn from a 404 what is not in it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function permissionsToRead(request: S3Request, { store }: S3State): RequiredPermission[] {
  const versioned = request.parameters.has("versionId");
  const needed = [
    { action: versioned ? "s3:GetObjectVersion" : "s3:GetObject", resource: objectArn(request) },
  ];
  const bucket = store.find(request.bucket);
  if (!bucket || versioned || bucket.current(request.key)) return needed;
  return [...needed, { action: "s3:ListBucket", resource: bucketArn(request.bucket) }];
}

/** The version that a request names, or the newest. @throws S3Error when there is none, or only a delete marker */
export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const version = versionId === undefined ? bucket.latest(key) : bucket.version(key, versionId);
  if (!version) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  if (isDeleteMarker(version)) throw deletedError(version, versionId);
  return version;
}

function deletedError(marker: Version, versionId: string | undefined): S3Error {
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": marker.versionId };
  if (versionId === undefined) return noSuchKey(marker.key, headers);
  const message = "The specified method is not allowed against this resource.";
  return new S3Error(
    "MethodNotAllowed",
    message,
    405,
    { Method: "GET", ResourceType: "DeleteMarker" },
    {
      ...headers,
      allow: "DELETE",
    },
  );
}

function read(request: S3Request, { store }: S3State): AwsResponse {
  const bucket = store.bucket(request.bucket);
  const version = findVersion(bucket, request.key, request.parameters.get("versionId"));
  checkReadConditions(version, request.headers);
  const range = requestedRange(version, request);
  const data = range ? version.body.subarray(range.start, range.end) : version.body;
  return respond(
    range ? 206 : 200,
    {
      ...returnedHeaders(version, request),
      ...versionHeader(version, bucket.versioning),
      ...(range ? rangeHeaders(range, version, request) : wholeChecksum(version, request)),
      "content-length": String(data.length),
    },
    data,
  );
}

function requestedRange(version: ObjectVersion, { headers, parameters }: S3Request): ByteRange | undefined {
  const partNumber = parameters.get("partNumber");
  if (partNumber === undefined) return readRange(headers["range"], version.body.length);
  if (headers["range"] !== undefined) {
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  }
  return partRange(version, partNumber);
}

function rangeHeaders(
  { start, end }: ByteRange,
  { body, partSizes }: ObjectVersion,
  { parameters }: S3Request,
) {
  const count = parameters.has("partNumber") && partSizes ? String(partSizes.length) : undefined;
  return { "content-range": `bytes ${start}-${end - 1}/${body.length}`, "x-amz-mp-parts-count": count };
}

/** The checksum is of the whole object, so it goes with the whole object only. */
function wholeChecksum({ checksum }: ObjectVersion, { headers }: S3Request): Record<string, string> {
  return headers["x-amz-checksum-mode"] === "ENABLED" ? checksumHeaders(checksum) : {};
}
