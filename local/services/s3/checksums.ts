import { createHash } from "node:crypto";
import { crc32cDigest, crc32Digest, crc64NvmeDigest } from "./crc";
import { invalidRequest, S3Error } from "./s3Errors";

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** `COMPOSITE` is made from the checksums of the parts of an upload. */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** In base64; a composite one ends with `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

const digests: Readonly<Record<ChecksumAlgorithm, (data: Buffer) => Buffer>> = {
  CRC32: crc32Digest,
  CRC32C: crc32cDigest,
  CRC64NVME: crc64NvmeDigest,
  SHA1: (data) => createHash("sha1").update(data).digest(),
  SHA256: (data) => createHash("sha256").update(data).digest(),
};

export const algorithms = Object.keys(digests) as readonly ChecksumAlgorithm[];

export const checksumHeader = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** For example `ChecksumCRC32`. */
export const checksumElement = (algorithm: ChecksumAlgorithm) => `Checksum${algorithm}`;

export function digest(algorithm: ChecksumAlgorithm, data: Buffer): string {
  return digests[algorithm](data).toString("base64");
}

/** @throws S3Error for an algorithm that S3 does not know */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = algorithms.find((each) => each === name.toUpperCase());
  if (!algorithm)
    throw invalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  return algorithm;
}

/** The checksum among headers or trailers, if there is one. @throws S3Error when there are several, or it is none */
export function givenChecksum(headers: Readonly<Record<string, string>>): Checksum | undefined {
  const given = algorithms.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  const [algorithm, ...others] = given;
  if (!algorithm) return undefined;
  if (others.length > 0) {
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const value = headers[checksumHeader(algorithm)] ?? "";
  const length = digests[algorithm](Buffer.alloc(0)).length;
  if (Buffer.from(value, "base64").length !== length) {
    throw invalidRequest(`Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return { algorithm, value, type: "FULL_OBJECT" };
}

/**
 * The checksum to keep with the data: the given one if it is right, else one that S3 makes itself.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * @throws S3Error `BadDigest`
 */
export function verifiedChecksum(
  given: Checksum | undefined,
  data: Buffer,
  preferred: ChecksumAlgorithm = "CRC64NVME",
): Checksum {
  const algorithm = given?.algorithm ?? preferred;
  const value = digest(algorithm, data);
  if (given && given.value !== value) {
    throw new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { algorithm, value, type: "FULL_OBJECT" };
}

/** The checksum of an upload, made from those of its parts. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly Checksum[]): Checksum {
  const values = Buffer.concat(parts.map(({ value }) => Buffer.from(value, "base64")));
  return { algorithm, value: `${digest(algorithm, values)}-${parts.length}`, type: "COMPOSITE" };
}

export function checksumHeaders({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [checksumHeader(algorithm)]: value, "x-amz-checksum-type": type };
}
