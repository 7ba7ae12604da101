import { bucketOperations } from "./bucketOperations";
import { completeUpload } from "./completeUpload";
import { deleteOperations } from "./deleteOperations";
import { listOperations } from "./listOperations";
import { readOperations } from "./readOperations";
import { notImplemented, S3Error } from "./s3Errors";
import type { S3Operation } from "./s3Operation";
import type { S3Request } from "./s3Request";
import { tagOperations } from "./tagOperations";
import { uploadListing } from "./uploadListing";
import { uploadOperations } from "./uploadOperations";
import { writeOperations } from "./writeOperations";

interface Route {
  readonly method: string;
  readonly level: "service" | "bucket" | "object";
  /** A parameter that must be there; with a value that it must have. */
  readonly selector?: string;
  /** A header that must be there. */
  readonly header?: string;
  /** Parameters that the operation knows, beside the selector. */
  readonly parameters?: readonly string[];
  readonly operation: S3Operation;
}

const listParameters = ["prefix", "delimiter", "max-keys", "encoding-type"];

const responseParameters = [
  ...[
    "content-type",
    "content-language",
    "expires",
    "cache-control",
    "content-disposition",
    "content-encoding",
  ],
].map((name) => `response-${name}`);

const readParameters = ["versionId", "partNumber", ...responseParameters];

/** The first that fits is taken. Those with a selector or a header come before those without. */
const routes: readonly Route[] = [
  {
    method: "GET",
    level: "service",
    parameters: ["prefix", "max-buckets"],
    operation: bucketOperations.ListBuckets,
  },
  ...onBuckets(),
  ...onTags(),
  ...onUploads(),
  { method: "PUT", level: "object", header: "x-amz-copy-source", operation: writeOperations.CopyObject },
  { method: "PUT", level: "object", operation: writeOperations.PutObject },
  { method: "GET", level: "object", parameters: readParameters, operation: readOperations.GetObject },
  { method: "HEAD", level: "object", parameters: readParameters, operation: readOperations.HeadObject },
  { method: "DELETE", level: "object", parameters: ["versionId"], operation: deleteOperations.DeleteObject },
];

function onBuckets(): Route[] {
  const level = "bucket";
  const markers = ["key-marker", "version-id-marker", ...listParameters];
  const pages = ["continuation-token", "start-after", "fetch-owner", ...listParameters];
  return [
    { method: "GET", level, selector: "location", operation: bucketOperations.GetBucketLocation },
    { method: "GET", level, selector: "versioning", operation: bucketOperations.GetBucketVersioning },
    { method: "PUT", level, selector: "versioning", operation: bucketOperations.PutBucketVersioning },
    {
      method: "GET",
      level,
      selector: "versions",
      parameters: markers,
      operation: listOperations.ListObjectVersions,
    },
    {
      method: "GET",
      level,
      selector: "list-type=2",
      parameters: pages,
      operation: listOperations.ListObjectsV2,
    },
    {
      method: "GET",
      level,
      parameters: ["marker", ...listParameters],
      operation: listOperations.ListObjects,
    },
    { method: "PUT", level, operation: bucketOperations.CreateBucket },
    { method: "HEAD", level, operation: bucketOperations.HeadBucket },
    { method: "DELETE", level, operation: bucketOperations.DeleteBucket },
    { method: "POST", level, selector: "delete", operation: deleteOperations.DeleteObjects },
  ];
}

function onTags(): Route[] {
  const onObjects = { level: "object", selector: "tagging", parameters: ["versionId"] } as const;
  const onBuckets = { level: "bucket", selector: "tagging" } as const;
  return [
    { method: "GET", ...onObjects, operation: tagOperations.GetObjectTagging },
    { method: "PUT", ...onObjects, operation: tagOperations.PutObjectTagging },
    { method: "DELETE", ...onObjects, operation: tagOperations.DeleteObjectTagging },
    { method: "GET", ...onBuckets, operation: tagOperations.GetBucketTagging },
    { method: "PUT", ...onBuckets, operation: tagOperations.PutBucketTagging },
    { method: "DELETE", ...onBuckets, operation: tagOperations.DeleteBucketTagging },
  ];
}

function onUploads(): Route[] {
  const ofOne = { level: "object", selector: "uploadId" } as const;
  const part = { ...ofOne, method: "PUT", parameters: ["partNumber"] } as const;
  const parts = ["max-parts", "part-number-marker"];
  const uploads = ["prefix", "key-marker", "upload-id-marker", "max-uploads", "encoding-type"];
  return [
    { ...part, header: "x-amz-copy-source", operation: uploadOperations.UploadPartCopy },
    { ...part, operation: uploadOperations.UploadPart },
    { ...ofOne, method: "POST", operation: completeUpload.CompleteMultipartUpload },
    { ...ofOne, method: "DELETE", operation: uploadOperations.AbortMultipartUpload },
    { ...ofOne, method: "GET", parameters: parts, operation: uploadListing.ListParts },
    {
      method: "POST",
      level: "object",
      selector: "uploads",
      operation: uploadOperations.CreateMultipartUpload,
    },
    {
      method: "GET",
      level: "bucket",
      selector: "uploads",
      parameters: uploads,
      operation: uploadListing.ListMultipartUploads,
    },
  ];
}

/**
 * The operation that a request asks for.
 * A parameter that no operation knows may be a sub-resource: it is refused, so that `?acl` never writes the object itself.
 * @throws S3Error
 */
export function operationFor(request: S3Request): S3Operation {
  const level = request.bucket === "" ? "service" : request.key === "" ? "bucket" : "object";
  const candidates = routes.filter((route) => route.method === request.method && route.level === level);
  const route =
    candidates.find((each) => selects(each, request)) ?? candidates.find((each) => isPlain(each, request));
  if (candidates.length === 0) {
    const message = "The specified method is not allowed against this resource.";
    throw new S3Error("MethodNotAllowed", message, 405, { Method: request.method });
  }
  const unknown = unknownParameters(request, route);
  if (!route || unknown.length > 0) throw notImplemented(`${request.method} ?${unknown.join("&")}`);
  return route.operation;
}

function selects({ selector, header }: Route, { parameters, headers }: S3Request): boolean {
  if (selector === undefined) return false;
  const [name = "", value] = selector.split("=");
  const present = value === undefined ? parameters.has(name) : parameters.get(name) === value;
  return present && (header === undefined || headers[header] !== undefined);
}

function isPlain({ selector, header }: Route, { headers }: S3Request): boolean {
  return selector === undefined && (header === undefined || headers[header] !== undefined);
}

function unknownParameters({ parameters }: S3Request, route: Route | undefined): string[] {
  const known = [route?.selector?.split("=")[0], ...(route?.parameters ?? [])];
  return [...parameters.keys()].filter(
    (name) => !known.includes(name) && name !== "x-id" && !name.toLowerCase().startsWith("x-amz-"),
  );
}
