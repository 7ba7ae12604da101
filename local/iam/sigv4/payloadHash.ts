import { AwsError } from "../../services/service";
import { sha256Hex, type UnverifiedRequest } from "./canonicalRequest";

const isHash = (value: string) => /^[0-9a-f]{64}$/.test(value);

/** What S3 takes for a hash that is not known before the body is sent; the chunks' own signatures are not checked. */
const placeholders = new Set([
  "UNSIGNED-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
]);

/**
 * The payload hash that an S3 client declares and signs, which may be a word for none.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function declaredPayloadHash({ headers }: UnverifiedRequest, presigned: boolean): string {
  const declared = headers["x-amz-content-sha256"];
  if (declared === undefined && presigned) return "UNSIGNED-PAYLOAD";
  if (declared === undefined) {
    throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  if (!isHash(declared) && !placeholders.has(declared)) {
    throw new AwsError(
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
    );
  }
  return declared;
}

/** Compares the body with the hash that was signed for it. */
export function checkPayload(body: Buffer, declared: string): void {
  if (isHash(declared) && sha256Hex(body) !== declared) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}
