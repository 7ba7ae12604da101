import { createHash } from "node:crypto";
import {
  digest,
  givenChecksum,
  readAlgorithm,
  verifiedChecksum,
  type Checksum,
  type ChecksumAlgorithm,
} from "./checksums";
import { decodeChunkedBody, incompleteBody, type DecodedBody } from "./chunkedBody";
import { S3Error } from "./s3Errors";
import type { S3Request } from "./s3Request";

/** The data of a request that stores some, checked against everything that the request says of it. */
export interface Payload {
  readonly data: Buffer;
  /** The MD5 of the data, in hex. */
  readonly md5: string;
  readonly checksum: Checksum;
  /** Whether the caller gave the checksum. */
  readonly checksumGiven: boolean;
}

/**
 * @param preferred what to make a checksum by where the caller gives none
 * @throws S3Error when the data is not what the caller says it is
 */
export function readPayload(request: S3Request, preferred?: ChecksumAlgorithm): Payload {
  const { headers } = request;
  const { data, trailers } = decodeBody(request);
  const md5 = createHash("md5").update(data).digest();
  checkContentMd5(headers["content-md5"], md5);
  checkContentSha256(headers["x-amz-content-sha256"], data);
  const given = givenChecksum({ ...signedChecksums(request), ...trailers });
  const made = given ? undefined : requestedChecksum(headers["x-amz-sdk-checksum-algorithm"], data);
  return {
    data,
    md5: md5.toString("hex"),
    checksum: made ?? verifiedChecksum(given, data, preferred),
    checksumGiven: given !== undefined,
  };
}

function signedChecksums({ headers }: S3Request): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-checksum-"));
  return Object.fromEntries(entries);
}

/** An algorithm named without a checksum has S3 make one. */
function requestedChecksum(name: string | undefined, data: Buffer): Checksum | undefined {
  if (name === undefined) return undefined;
  const algorithm = readAlgorithm(name);
  return { algorithm, value: digest(algorithm, data), type: "FULL_OBJECT" };
}

function decodeBody({ headers, body }: S3Request): DecodedBody {
  const streaming = headers["x-amz-content-sha256"]?.startsWith("STREAMING-") ?? false;
  const chunked = /(^|,)\s*aws-chunked\s*(,|$)/.test(headers["content-encoding"] ?? "");
  if (!streaming && !chunked) return { data: body, trailers: {} };
  const declared = (headers["x-amz-trailer"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  const decoded = decodeChunkedBody(body, declared.filter(Boolean));
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined && Number(length) !== decoded.data.length) throw incompleteBody();
  return decoded;
}

function checkContentMd5(given: string | undefined, actual: Buffer): void {
  if (given === undefined) return;
  const expected = Buffer.from(given, "base64");
  if (expected.length !== 16) {
    throw new S3Error("InvalidDigest", "The Content-MD5 you specified was invalid.", 400, {
      "Content-MD5": given,
    });
  }
  if (!expected.equals(actual)) {
    throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.", 400, {
      ExpectedDigest: expected.toString("hex"),
      CalculatedDigest: actual.toString("base64"),
    });
  }
}

function checkContentSha256(given: string | undefined, data: Buffer): void {
  if (given === undefined || !/^[0-9a-f]{64}$/.test(given)) return;
  const actual = createHash("sha256").update(data).digest("hex");
  if (given === actual) return;
  throw new S3Error(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    { ClientComputedContentSHA256: given, S3ComputedContentSHA256: actual },
  );
}
