import type { ObjectVersion } from "./bucket";
import { notImplemented, S3Error } from "./s3Errors";
import type { S3Request } from "./s3Request";

const storedNames = [
  ...["content-type", "cache-control", "content-disposition", "content-language", "expires"],
  ...["x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"],
];

/** Headers that ask for what the local cloud does not have; to leave them out would be a lie. */
const unsupportedPattern =
  /^x-amz-(server-side-encryption-customer-|object-lock-|website-redirect-location|write-offset-bytes|grant-)/;

/** In bytes, of all user metadata together. */
const mostMetadata = 2048;

const longestKey = 1024;

/**
 * What a request says of the object that it stores.
 * @throws S3Error for what S3, or the local cloud, would not store
 */
export function storedHeaders({ headers }: S3Request): Record<string, string> {
  const entries = Object.entries(headers).filter(
    ([name]) => storedNames.includes(name) || name.startsWith("x-amz-meta-"),
  );
  const encoding = contentEncoding(headers["content-encoding"]);
  return {
    "content-type": "binary/octet-stream",
    "x-amz-server-side-encryption": "AES256",
    ...Object.fromEntries(entries.filter(([, value]) => value !== "")),
    ...(encoding === "" ? {} : { "content-encoding": encoding }),
  };
}

/** @throws S3Error for a header, a key or metadata that cannot be stored */
export function checkStorable({ headers, key }: S3Request): void {
  const unsupported = Object.keys(headers).find((name) => unsupportedPattern.test(name));
  if (unsupported) throw notImplemented(unsupported);
  const acl = headers["x-amz-acl"];
  if (acl !== undefined && acl !== "bucket-owner-full-control") {
    throw new S3Error("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (Buffer.byteLength(key) > longestKey) throw new S3Error("KeyTooLongError", "Your key is too long");
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  const size = metadata.reduce((sum, [name, value]) => sum + name.length - 11 + Buffer.byteLength(value), 0);
  if (size > mostMetadata) {
    throw new S3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
}

/** How the object is encrypted, as the answer to storing it says. */
export function encryptionHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-server-side-encryption"));
  return Object.fromEntries(entries);
}

/** The headers of an answer that gives the object, without its data. */
export function returnedHeaders(version: ObjectVersion, { parameters }: S3Request): Record<string, string> {
  const overrides = [...parameters]
    .filter(([name]) => name.startsWith("response-"))
    .map(([name, value]) => [name.slice("response-".length), value] as const);
  const { "x-amz-storage-class": storageClass, ...headers } = version.headers;
  return {
    ...headers,
    ...(storageClass === undefined || storageClass === "STANDARD"
      ? {}
      : { "x-amz-storage-class": storageClass }),
    "last-modified": new Date(version.lastModified).toUTCString(),
    etag: `"${version.etag}"`,
    "accept-ranges": "bytes",
    ...(version.tags.size === 0 ? {} : { "x-amz-tagging-count": String(version.tags.size) }),
    ...Object.fromEntries(overrides),
  };
}

/** `aws-chunked` is how the request was sent, and not how the object is encoded. */
function contentEncoding(header: string | undefined): string {
  const encodings = (header ?? "").split(",").map((encoding) => encoding.trim());
  return encodings.filter((encoding) => encoding !== "" && encoding !== "aws-chunked").join(",");
}
