import { createHash } from "node:crypto";
import type { RequiredPermission } from "../service";
import { readCopyRange } from "./byteRange";
import {
  checksumElement,
  checksumHeader,
  digest,
  readAlgorithm,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
} from "./checksums";
import { copySourceVersion, findSource, permissionsToReadSource } from "./copySource";
import { checkStorable, encryptionHeaders, storedHeaders } from "./objectHeaders";
import { readPayload } from "./payload";
import { checkCopyConditions } from "./preconditions";
import { invalidArgument, invalidRequest } from "./s3Errors";
import { objectArn, onObject, respond, respondXml, type S3Operation, type S3State } from "./s3Operation";
import type { S3Request } from "./s3Request";
import { tagsOfHeader } from "./tags";
import type { Upload, UploadedPart, UploadStart } from "./uploads";
import { permissionsToWrite } from "./writeOperations";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export const uploadOperations = {
  CreateMultipartUpload: { permissions: permissionsToWrite, run: createUpload },
  UploadPart: { permissions: permissionsToPutPart, run: uploadPart },
  UploadPartCopy: {
    permissions: (request, state) => [
      ...permissionsToReadSource(request, state),
      ...permissionsToPutPart(request),
    ],
    run: copyPart,
  },
  AbortMultipartUpload: {
    permissions: onObject("s3:AbortMultipartUpload"),
    run(request, state) {
      state.uploads.end(findUpload(request, state));
      return respond(204);
    },
  },
} satisfies Record<string, S3Operation>;

/** The upload that a request names. @throws S3Error `NoSuchBucket` or `NoSuchUpload` */
export function findUpload({ bucket, key, parameters }: S3Request, { store, uploads }: S3State): Upload {
  store.bucket(bucket);
  return uploads.find(parameters.get("uploadId") ?? "", bucket, key);
}

/** A part is encrypted with the data key of its upload, which must be decrypted for that. */
function permissionsToPutPart(request: S3Request): RequiredPermission[] {
  return [{ action: "s3:PutObject", resource: objectArn(request), keyActions: ["kms:Decrypt"] }];
}

function createUpload(request: S3Request, { store, uploads }: S3State) {
  store.bucket(request.bucket);
  checkStorable(request);
  const upload = uploads.begin({
    bucket: request.bucket,
    key: request.key,
    headers: storedHeaders(request),
    tags: tagsOfHeader(request.headers["x-amz-tagging"]),
    ...checksumOf(request),
  });
  return respondXml(
    "InitiateMultipartUploadResult",
    { Bucket: upload.bucket, Key: upload.key, UploadId: upload.uploadId },
    {
      ...encryptionHeaders(upload.headers),
      ...(upload.algorithm === undefined
        ? {}
        : { "x-amz-checksum-algorithm": upload.algorithm, "x-amz-checksum-type": upload.checksumType }),
    },
  );
}

/** CRC-64 exists for whole objects only, the SHA family for parts only; the default is composite but for CRC-64. */
function checksumOf({ headers }: S3Request): Pick<UploadStart, "algorithm" | "checksumType"> {
  const name = headers["x-amz-checksum-algorithm"];
  if (name === undefined) return { algorithm: undefined, checksumType: "FULL_OBJECT" };
  const algorithm = readAlgorithm(name);
  const type = headers["x-amz-checksum-type"] ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const impossible = type === "COMPOSITE" ? algorithm === "CRC64NVME" : algorithm.startsWith("SHA");
  if (impossible || (type !== "COMPOSITE" && type !== "FULL_OBJECT")) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, checksumType: type satisfies ChecksumType };
}

function uploadPart(request: S3Request, state: S3State) {
  const upload = findUpload(request, state);
  const { data, md5, checksum, checksumGiven } = readPayload(request, upload.algorithm);
  if (checksumGiven) checkAlgorithm(upload, checksum.algorithm);
  const part = keepPart(upload, request, { data, etag: md5, checksum }, state);
  const { algorithm, value } = part.checksum;
  const checksumKept = checksumGiven || upload.algorithm ? { [checksumHeader(algorithm)]: value } : {};
  return respond(200, { etag: `"${md5}"`, ...checksumKept, ...encryptionHeaders(upload.headers) });
}

/** @throws S3Error for another algorithm than the upload was begun with */
export function checkAlgorithm({ algorithm: expected }: Upload, actual: ChecksumAlgorithm): void {
  if (expected === undefined || expected === actual) return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual.toLowerCase()}`,
  );
}

function copyPart(request: S3Request, state: S3State) {
  const upload = findUpload(request, state);
  const source = findSource(request, state.store);
  checkCopyConditions(source, request.headers);
  const range = readCopyRange(request.headers["x-amz-copy-source-range"], source.body.length);
  const data = range ? source.body.subarray(range.start, range.end) : source.body;
  const etag = createHash("md5").update(data).digest("hex");
  const part = keepPart(upload, request, { data, etag }, state);
  return respondXml(
    "CopyPartResult",
    {
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: `"${part.etag}"`,
      ...(upload.algorithm ? { [checksumElement(upload.algorithm)]: part.checksum.value } : {}),
    },
    { ...encryptionHeaders(upload.headers), ...copySourceVersion(source) },
  );
}

/** Keeps a part in place of an earlier one of its number; a checksum of another algorithm is not the upload's. */
function keepPart(
  upload: Upload,
  request: S3Request,
  { data, etag, checksum }: Pick<UploadedPart, "data" | "etag"> & { readonly checksum?: Checksum },
  { clock }: S3State,
): UploadedPart {
  const partNumber = partNumberOf(request);
  const algorithm = upload.algorithm ?? "CRC64NVME";
  const part: UploadedPart = {
    partNumber,
    data,
    etag,
    checksum:
      checksum?.algorithm === algorithm
        ? checksum
        : { algorithm, value: digest(algorithm, data), type: "FULL_OBJECT" },
    lastModified: Math.floor(clock.now() / 1000) * 1000,
  };
  upload.parts.set(partNumber, part);
  return part;
}

function partNumberOf({ parameters }: S3Request): number {
  const text = parameters.get("partNumber") ?? "";
  const partNumber = Number(text);
  if (/^\d+$/.test(text) && partNumber >= 1 && partNumber <= 10_000) return partNumber;
  throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", text);
}
