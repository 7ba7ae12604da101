import { checksumElement } from "./checksums";
import { invalidArgument } from "./s3Errors";
import { onBucket, onObject, respondXml, type S3Operation } from "./s3Operation";
import { encodeKey, type S3Request } from "./s3Request";
import { findUpload } from "./uploadOperations";
import { sortedParts, type Upload } from "./uploads";

const longestPage = 1000;

export const uploadListing = {
  ListParts: {
    permissions: onObject("s3:ListMultipartUploadParts"),
    run(request, state) {
      const upload = findUpload(request, state);
      const marker = numberIn(request, "part-number-marker", 0);
      const limit = numberIn(request, "max-parts", longestPage);
      const parts = sortedParts(upload).filter(({ partNumber }) => partNumber > marker);
      const page = parts.slice(0, limit);
      return respondXml("ListPartsResult", {
        Bucket: upload.bucket,
        Key: upload.key,
        UploadId: upload.uploadId,
        PartNumberMarker: marker,
        // S3 says it on the last page, too, and 0 of an empty one: only IsTruncated tells whether there is more.
        NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
        MaxParts: limit,
        IsTruncated: page.length < parts.length,
        ChecksumAlgorithm: upload.algorithm,
        ChecksumType: upload.algorithm === undefined ? undefined : upload.checksumType,
        StorageClass: upload.headers["x-amz-storage-class"] ?? "STANDARD",
        Part: page.map(({ partNumber, lastModified, etag, data, checksum }) => ({
          PartNumber: partNumber,
          LastModified: new Date(lastModified).toISOString(),
          ETag: `"${etag}"`,
          Size: data.length,
          ...(upload.algorithm === undefined ? {} : { [checksumElement(upload.algorithm)]: checksum.value }),
        })),
      });
    },
  },
  ListMultipartUploads: {
    permissions: onBucket("s3:ListBucketMultipartUploads"),
    run(request, { store, uploads }) {
      const { name } = store.bucket(request.bucket);
      const prefix = request.parameters.get("prefix") ?? "";
      const marker = request.parameters.get("key-marker") ?? "";
      const idMarker = request.parameters.get("upload-id-marker") ?? "";
      const limit = numberIn(request, "max-uploads", longestPage);
      const found = after(uploads.of(name), marker, idMarker).filter(({ key }) => key.startsWith(prefix));
      const page = found.slice(0, limit);
      const encode = request.parameters.get("encoding-type") === "url" ? encodeKey : (key: string) => key;
      return respondXml("ListMultipartUploadsResult", {
        Bucket: name,
        KeyMarker: encode(marker),
        UploadIdMarker: idMarker,
        NextKeyMarker: encode(page.at(-1)?.key ?? ""),
        NextUploadIdMarker: page.at(-1)?.uploadId ?? "",
        Prefix: encode(prefix),
        EncodingType: request.parameters.get("encoding-type"),
        MaxUploads: limit,
        IsTruncated: page.length < found.length,
        Upload: page.map(({ key, uploadId, initiatedAt, algorithm, checksumType, headers }) => ({
          Key: encode(key),
          UploadId: uploadId,
          StorageClass: headers["x-amz-storage-class"] ?? "STANDARD",
          Initiated: new Date(initiatedAt).toISOString(),
          ChecksumAlgorithm: algorithm,
          ChecksumType: algorithm === undefined ? undefined : checksumType,
        })),
      });
    },
  },
} satisfies Record<string, S3Operation>;

/** What follows the markers of the page before; an upload's id means nothing without its key. */
function after(uploads: readonly Upload[], key: string, uploadId: string): readonly Upload[] {
  return uploads.filter((upload) => {
    const order = Buffer.compare(Buffer.from(upload.key), Buffer.from(key));
    return order > 0 || (order === 0 && uploadId !== "" && upload.uploadId > uploadId);
  });
}

function numberIn({ parameters }: S3Request, name: string, otherwise: number): number {
  const value = parameters.get(name) ?? String(otherwise);
  if (!/^\d+$/.test(value))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, value);
  return Math.min(Number(value), name.startsWith("max-") ? longestPage : Number(value));
}
