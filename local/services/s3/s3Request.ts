import type { AwsRequest } from "../service";
import { S3Error } from "./s3Errors";

/** A request with its bucket and key, whichever style it was addressed in. */
export interface S3Request extends AwsRequest {
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Decoded; empty for the bucket itself. */
  readonly key: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parameters of presigned URLs that are the signature, and not headers moved to the query. */
const signingParameters = [
  ...["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders"],
  ...["x-amz-signature", "x-amz-security-token", "x-amz-content-sha256", "x-amz-sdk-checksum-algorithm"],
];

/** @throws S3Error for a path that is not percent-encoded UTF-8 */
export function readS3Request(request: AwsRequest): S3Request {
  const parameters = new Map(new URLSearchParams(request.query));
  const hostBucket = bucketOfHost(request.headers["host"] ?? "");
  const [, first = "", rest = ""] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
  const key = hostBucket === undefined ? rest : request.path.slice(1);
  return {
    ...request,
    headers: { ...movedHeaders(parameters), ...request.headers },
    bucket: hostBucket ?? decodePath(first),
    key: decodePath(key),
    parameters,
  };
}

/** `<bucket>.s3.<anything>` or `<bucket>.localhost`; other hosts name no bucket. */
function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "");
  if (/^s3[.-]/.test(name)) return undefined;
  return (/^(.+?)\.s3[.-].+$/.exec(name) ?? /^(.+)\.localhost$/.exec(name))?.[1];
}

/**
 * Presigning moves headers to the query. S3 takes them there, but for checksums, which it leaves unchecked.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
function movedHeaders(parameters: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...parameters].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return Object.fromEntries(
    entries.filter(
      ([name]) =>
        name.startsWith("x-amz-") && !name.startsWith("x-amz-checksum-") && !signingParameters.includes(name),
    ),
  );
}

export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new S3Error("InvalidURI", "Couldn't parse the specified URI.", 400, { URI: text });
  }
}

/** A key as S3 writes it in events and encoded listings: a space is a plus sign, slashes stay. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+");
}
