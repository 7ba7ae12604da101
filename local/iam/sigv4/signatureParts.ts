import { createHash } from "node:crypto";
import { AwsError } from "../../services/service";
import { queryParameters, type UnverifiedRequest } from "./canonicalRequest";
import { basicFormat } from "./timestamp";
import { signatureErrors, type SignatureErrors } from "./errors";

/** What a request says about its own signature. */
export interface SignatureParts {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  /** `YYYYMMDD`, of the credential scope. */
  readonly scopeDate: string;
  readonly region: string;
  /** The signing name. */
  readonly service: string;
  /** In lower case, as listed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDD'T'HHMMSS'Z'`. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** Seconds that a presigned request is good for. */
  readonly expires: number | undefined;
}

export const algorithm = "AWS4-HMAC-SHA256";

/** Whether the request says that it is signed, well or badly. */
export function carriesSignature(request: UnverifiedRequest): boolean {
  return request.headers["authorization"] !== undefined || isPresigned(request.query);
}

/**
 * The parts of the signature in the `Authorization` header or in the query.
 * @param guess the service whose error codes to use when the signature does not even name one
 * @returns undefined when the request carries none
 * @throws AwsError when it carries one that cannot be read
 */
export function signatureParts(request: UnverifiedRequest, guess: string): SignatureParts | undefined {
  const authorization = request.headers["authorization"];
  if (authorization?.startsWith("AWS ") || isVersion2(request.query)) throw version2Refused();
  if (authorization !== undefined) return partsOfHeader(request, authorization, guess);
  return isPresigned(request.query) ? partsOfQuery(request, guess) : undefined;
}

const isPresigned = (query: string) => /(^|&)X-Amz-(Algorithm|Signature|Credential)=/.test(query);

/** S3's older signature, which the AWS CLI v1 still presigns with; new buckets do not take it. */
const isVersion2 = (query: string) => /(^|&)AWSAccessKeyId=/.test(query) && /(^|&)Signature=/.test(query);

function version2Refused(): AwsError {
  return new AwsError(
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  );
}

function partsOfHeader(request: UnverifiedRequest, authorization: string, guess: string): SignatureParts {
  const service = /Credential=[^/]+\/[^/]*\/[^/]*\/([^/]+)\//.exec(authorization)?.[1] ?? guess;
  const { incomplete } = signatureErrors(service);
  const [scheme, fields] = headerFields(authorization, incomplete);
  const timestamp = request.headers["x-amz-date"] ?? basicFormat(request.headers["date"]);
  const absent = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => !fields.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (!timestamp) {
    absent.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (absent.length > 0) throw incomplete(`${absent.join(" ")} Authorization=${scheme}`);
  if (scheme !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': '${scheme}'.`);
  return {
    presigned: false,
    ...scopeOf(fields.get("Credential") ?? "", incomplete),
    signedHeaders: (fields.get("SignedHeaders") ?? "").toLowerCase().split(";"),
    signature: fields.get("Signature") ?? "",
    timestamp: timestamp ?? "",
    sessionToken: request.headers["x-amz-security-token"],
    expires: undefined,
  };
}

function headerFields(
  authorization: string,
  incomplete: SignatureErrors["incomplete"],
): [scheme: string, fields: Map<string, string>] {
  const [scheme = "", ...rest] = authorization.trim().split(/\s+/);
  const fields = new Map<string, string>();
  for (const pair of rest.join("").split(",")) {
    const equals = pair.indexOf("=");
    if (equals < 0) {
      const hashed = createHash("sha256").update(authorization).digest("base64");
      throw incomplete(
        `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed}'.`,
      );
    }
    fields.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return [scheme, fields];
}

function partsOfQuery(request: UnverifiedRequest, guess: string): SignatureParts {
  const fields = new Map(queryParameters(request.query));
  const service = fields.get("X-Amz-Credential")?.split("/").at(-2) ?? guess;
  const { incomplete } = signatureErrors(service, true);
  const absent = ["Algorithm", "Credential", "Signature", "SignedHeaders", "Date"]
    .filter((name) => !fields.get(`X-Amz-${name}`))
    .map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`);
  if (absent.length > 0) throw incomplete(`${absent.join(" ")} Re-examine the query-string parameters.`);
  if (fields.get("X-Amz-Algorithm") !== algorithm)
    throw incomplete(`X-Amz-Algorithm only supports "${algorithm}"`);
  const expires = fields.get("X-Amz-Expires");
  return {
    presigned: true,
    ...scopeOf(fields.get("X-Amz-Credential") ?? "", incomplete),
    signedHeaders: (fields.get("X-Amz-SignedHeaders") ?? "").toLowerCase().split(";"),
    signature: fields.get("X-Amz-Signature") ?? "",
    timestamp: fields.get("X-Amz-Date") ?? "",
    sessionToken: fields.get("X-Amz-Security-Token") ?? request.headers["x-amz-security-token"],
    expires: expires === undefined ? undefined : Number(expires),
  };
}

function scopeOf(credential: string, incomplete: SignatureErrors["incomplete"]) {
  const parts = credential.split("/");
  const [terminator, service, region, scopeDate] = parts.reverse();
  if (parts.length < 5 || terminator !== "aws4_request" || !service || !region || !scopeDate) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request, got '${credential}'`,
    );
  }
  return { accessKeyId: parts.slice(4).reverse().join("/"), scopeDate, region, service };
}
