import { createHash } from "node:crypto";

/** A request as it arrived, before anyone knows who makes it. */
export interface UnverifiedRequest {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, with its leading slash and without the query. */
  readonly path: string;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  /** Names in lower case; the values of a repeated header are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface CanonicalOptions {
  /** In lower case and sorted, as the signature lists them. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  /** S3 signs the path as it is; every other service signs it normalised and encoded a second time. */
  readonly isS3: boolean;
}

/**
 * The canonical request of Signature Version 4, of a request on the wire.
 * Built here and not by the SDK's signer: that one starts from decoded values, drops headers which others sign,
 * and cannot tell what was encoded from what was not.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalRequest(request: UnverifiedRequest, options: CanonicalOptions): string {
  const { signedHeaders, payloadHash, isS3 } = options;
  return [
    request.method,
    isS3 ? singleEncodedPath(request.path) : doubleEncodedPath(request.path),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${canonicalHeaderValue(request.headers[name] ?? "")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** Hex SHA-256; text is taken one byte a character, as HTTP delivers it. */
export function sha256Hex(data: string | Buffer): string {
  const hash = createHash("sha256");
  return (typeof data === "string" ? hash.update(data, "latin1") : hash.update(data)).digest("hex");
}

function canonicalHeaderValue(value: string): string {
  return value.trim().replace(/[ \t]+/g, " ");
}

/** Parameters sorted by encoded name, then value; the signature itself is no part of what is signed. */
function canonicalQuery(query: string): string {
  return queryParameters(query)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** The decoded parameters of a query in their order, one byte a character; a parameter without a value has an empty one. */
export function queryParameters(query: string): [name: string, value: string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [percentDecode(name.replaceAll("+", " ")), percentDecode(value.replaceAll("+", " "))];
    });
}

function singleEncodedPath(path: string): string {
  return path
    .split("/")
    .map((segment) => uriEncode(percentDecode(segment)))
    .join("/");
}

function doubleEncodedPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const slash = kept.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${kept.map(uriEncode).join("/")}${slash}`;
}

/** Bytes as characters of the same number, so that what is not UTF-8 survives. */
function percentDecode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function uriEncode(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9_.~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
