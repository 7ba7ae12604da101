import type { ObjectVersion } from "./bucket";
import { invalidArgument, S3Error } from "./s3Errors";

/** A part of an object: the first byte and the one after the last. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part that a `Range` header asks for; several ranges, or what is no range, ask for everything.
 * @throws S3Error 416 for one beyond the end
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (header === undefined || first === undefined || last === undefined || first + last === "")
    return undefined;
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start >= end) {
    throw new S3Error(
      "InvalidRange",
      "The requested range is not satisfiable",
      416,
      { RangeRequested: header, ActualObjectSize: String(size) },
      { "content-range": `bytes */${size}` },
    );
  }
  return { start, end };
}

/**
 * The part of its source that a copied part is: both ends must be named, and lie in it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
export function readCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const refuse = (message: string) => invalidArgument(message, "x-amz-copy-source-range", header);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw refuse(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  }
  if (Number(last) >= size) throw refuse(`Range specified is not valid for source object of size: ${size}`);
  return { start: Number(first), end: Number(last) + 1 };
}

/** Where one part of an object lies that was uploaded in parts; any other object is one part. */
export function partRange({ partSizes, body }: ObjectVersion, partNumber: string): ByteRange {
  const sizes = partSizes ?? [body.length];
  const index = Number(partNumber) - 1;
  if (!/^\d+$/.test(partNumber) || index < 0) {
    const message = "Part number must be an integer between 1 and 10000, inclusive";
    throw invalidArgument(message, "partNumber", partNumber);
  }
  const size = sizes[index];
  if (size === undefined) {
    throw new S3Error("InvalidPartNumber", "The requested partnumber is not satisfiable", 416, {
      ActualPartCount: String(sizes.length),
      PartNumberRequested: partNumber,
    });
  }
  const start = sizes.slice(0, index).reduce((sum, each) => sum + each, 0);
  return { start, end: start + size };
}
