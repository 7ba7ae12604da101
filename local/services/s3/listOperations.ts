import type { RequiredPermission } from "../service";
import { listKeys, type Listing } from "./listing";
import { isDeleteMarker, type Bucket, type ObjectVersion, type Version } from "./bucket";
import { invalidArgument } from "./s3Errors";
import { bucketArn, respondXml, type S3Operation, type S3State } from "./s3Operation";
import { encodeKey, type S3Request } from "./s3Request";
import type { XmlContent } from "./xml";

const longestPage = 1000;

/** On AWS the canonical id of the account; the local cloud has one account. */
const owner = { ID: "owner" };

export const listOperations = {
  ListObjectsV2: { permissions: permissionToList("s3:ListBucket"), run: listObjectsV2 },
  ListObjects: { permissions: permissionToList("s3:ListBucket"), run: listObjects },
  ListObjectVersions: { permissions: permissionToList("s3:ListBucketVersions"), run: listVersions },
} satisfies Record<string, S3Operation>;

/** Conditions on what is listed: a key that the request does not have is no condition key either. */
function permissionToList(action: string): (request: S3Request) => RequiredPermission[] {
  return ({ bucket, parameters }) => {
    const names = ["prefix", "delimiter", "max-keys"];
    const context = names.flatMap((name) => {
      const value = parameters.get(name);
      return value === undefined ? [] : [[`s3:${name}`, value] as const];
    });
    return [{ action, resource: bucketArn(bucket), context: Object.fromEntries(context) }];
  };
}

function listObjectsV2(request: S3Request, { store }: S3State) {
  const { parameters } = request;
  const token = parameters.get("continuation-token");
  const startAfter = parameters.get("start-after");
  const bucket = store.bucket(request.bucket);
  const listing = listCurrent(bucket, request, token === undefined ? startAfter : readToken(token));
  return respondXml("ListBucketResult", {
    ...commonMembers(request, listing),
    KeyCount: listing.keys.length + listing.commonPrefixes.length,
    ContinuationToken: token,
    StartAfter: startAfter === undefined ? undefined : encoded(request, startAfter),
    NextContinuationToken: listing.truncated ? Buffer.from(listing.last ?? "").toString("base64") : undefined,
    Contents: contents(bucket, request, listing, parameters.get("fetch-owner") === "true"),
    ...prefixes(request, listing),
  });
}

function listObjects(request: S3Request, { store }: S3State) {
  const marker = request.parameters.get("marker");
  const bucket = store.bucket(request.bucket);
  const listing = listCurrent(bucket, request, marker);
  const next = listing.truncated && request.parameters.has("delimiter") ? listing.last : undefined;
  return respondXml("ListBucketResult", {
    ...commonMembers(request, listing),
    Marker: encoded(request, marker ?? ""),
    NextMarker: next === undefined ? undefined : encoded(request, next),
    Contents: contents(bucket, request, listing, true),
    ...prefixes(request, listing),
  });
}

/** Pages hold whole keys: a key with all its versions is never divided. */
function listVersions(request: S3Request, { store }: S3State) {
  const bucket = store.bucket(request.bucket);
  const marker = request.parameters.get("key-marker");
  const listing = listKeys(bucket.keys(prefixOf(request), marker), optionsOf(request, marker));
  const versions = listing.keys.flatMap((key) =>
    bucket.versionsOf(key).map((version, index) => ({ version, isLatest: index === 0 })),
  );
  const describe = ({ version, isLatest }: (typeof versions)[number]) => ({
    ...versionMembers(request, version),
    IsLatest: isLatest,
  });
  return respondXml("ListVersionsResult", {
    ...commonMembers(request, listing),
    KeyMarker: encoded(request, marker ?? ""),
    NextKeyMarker: listing.truncated ? encoded(request, listing.last ?? "") : undefined,
    Version: versions.filter(({ version }) => !isDeleteMarker(version)).map(describe),
    DeleteMarker: versions.filter(({ version }) => isDeleteMarker(version)).map(describe),
    ...prefixes(request, listing),
  });
}

function listCurrent(bucket: Bucket, request: S3Request, after: string | undefined): Listing {
  return listKeys(currentKeys(bucket, prefixOf(request), after), optionsOf(request, after));
}

function* currentKeys(bucket: Bucket, prefix: string, from: string | undefined): Generator<string> {
  for (const key of bucket.keys(prefix, from)) if (bucket.current(key)) yield key;
}

function prefixOf({ parameters }: S3Request): string {
  return parameters.get("prefix") ?? "";
}

function optionsOf(request: S3Request, after = "") {
  const { parameters } = request;
  const limit = parameters.get("max-keys") ?? String(longestPage);
  if (!/^\d+$/.test(limit))
    throw invalidArgument("Provided max-keys not an integer or within integer range", "max-keys", limit);
  return {
    prefix: prefixOf(request),
    delimiter: parameters.get("delimiter") ?? "",
    after,
    limit: Math.min(Number(limit), longestPage),
  };
}

function commonMembers(request: S3Request, { truncated }: Listing) {
  const { parameters, bucket } = request;
  const delimiter = parameters.get("delimiter");
  return {
    Name: bucket,
    Prefix: encoded(request, prefixOf(request)),
    Delimiter: delimiter === undefined ? undefined : encoded(request, delimiter),
    MaxKeys: optionsOf(request).limit,
    EncodingType: parameters.get("encoding-type"),
    IsTruncated: truncated,
  } satisfies XmlContent;
}

function contents(bucket: Bucket, request: S3Request, { keys }: Listing, withOwner: boolean): XmlContent {
  const versions = keys.flatMap((key) => bucket.current(key) ?? []);
  return versions.map((version) => ({
    ...keyMembers(request, version),
    ...dataMembers(version),
    ...(withOwner ? { Owner: owner } : {}),
  }));
}

function versionMembers(request: S3Request, version: Version) {
  return {
    ...keyMembers(request, version),
    VersionId: version.versionId,
    Owner: owner,
    ...(isDeleteMarker(version) ? {} : dataMembers(version)),
  };
}

function keyMembers(request: S3Request, { key, lastModified }: Version) {
  return { Key: encoded(request, key), LastModified: new Date(lastModified).toISOString() };
}

function dataMembers({ etag, checksum, body, headers }: ObjectVersion) {
  return {
    ETag: `"${etag}"`,
    ChecksumAlgorithm: checksum.algorithm,
    ChecksumType: checksum.type,
    Size: body.length,
    StorageClass: headers["x-amz-storage-class"] ?? "STANDARD",
  };
}

function prefixes(request: S3Request, { commonPrefixes }: Listing) {
  return { CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encoded(request, prefix) })) };
}

function encoded({ parameters }: S3Request, text: string): string {
  return parameters.get("encoding-type") === "url" ? encodeKey(text) : text;
}

function readToken(token: string): string {
  const last = Buffer.from(token, "base64").toString("utf8");
  if (last === "" || Buffer.from(last).toString("base64") !== token) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return last;
}
