import type { SignatureErrors } from "./errors";
import type { SignatureParts } from "./signatureParts";
import { fromTimestamp, toTimestamp } from "./timestamp";

/** Milliseconds that the clocks of client and service may differ. */
const allowedSkew = 15 * 60_000;
/** Seconds; seven days. */
const longestPresigned = 604_800;

/**
 * Whether the request was made in time: fifteen minutes for a signed header, `X-Amz-Expires` for a presigned URL.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function checkTime(parts: SignatureParts, now: number, errors: SignatureErrors): void {
  const { timestamp, presigned } = parts;
  const signedAt = fromTimestamp(timestamp);
  if (Number.isNaN(signedAt)) {
    throw errors.incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const window = presigned ? presignedWindow(parts, errors) : allowedSkew;
  if (signedAt > now + allowedSkew) {
    throw errors.notYetCurrent(
      `Signature not yet current: ${timestamp} is still later than ${toTimestamp(now + allowedSkew)} (${toTimestamp(now)} + 15 min.)`,
    );
  }
  if (signedAt + window < now) {
    throw errors.expired(
      `Signature expired: ${timestamp} is now earlier than ${toTimestamp(now - window)} (${toTimestamp(now)} - ${window / 60_000} min.)`,
    );
  }
}

function presignedWindow({ expires, service }: SignatureParts, errors: SignatureErrors): number {
  if (expires === undefined && service !== "s3") return allowedSkew;
  if (expires === undefined) throw errors.incomplete("Query-string authentication requires X-Amz-Expires.");
  if (!Number.isInteger(expires)) throw errors.incomplete("X-Amz-Expires should be a number");
  if (expires < 0) throw errors.incomplete("X-Amz-Expires must be non-negative");
  if (expires > longestPresigned) {
    throw errors.incomplete(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestPresigned} seconds`,
    );
  }
  return expires * 1000;
}
