import { S3Error } from "./s3Errors";

export interface DecodedBody {
  readonly data: Buffer;
  /** Headers that follow the data, names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

const lineEnd = Buffer.from("\r\n");

/**
 * Takes an aws-chunked body apart: `<size in hex>[;chunk-signature=…]`, data, and after a chunk of size 0 the trailers.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @param declaredTrailers the names in `x-amz-trailer`
 * @throws S3Error when the body ends early or is not in that form
 */
export function decodeChunkedBody(body: Buffer, declaredTrailers: readonly string[]): DecodedBody {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const line = lineAt(body, offset);
    const [, size] = /^([0-9a-f]+)(?:;.*)?$/i.exec(line.text) ?? [];
    if (size === undefined) throw incompleteBody();
    const length = parseInt(size, 16);
    if (length === 0)
      return { data: Buffer.concat(chunks), trailers: readTrailers(body, line.end, declaredTrailers) };
    chunks.push(body.subarray(line.end, line.end + length));
    offset = line.end + length;
    if (!body.subarray(offset, offset + 2).equals(lineEnd)) throw incompleteBody();
    offset += 2;
  }
}

export function incompleteBody(): S3Error {
  return new S3Error(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
}

function lineAt(body: Buffer, offset: number): { text: string; end: number } {
  const end = body.indexOf(lineEnd, offset);
  if (end === -1) throw incompleteBody();
  return { text: body.toString("latin1", offset, end), end: end + 2 };
}

function readTrailers(body: Buffer, start: number, declared: readonly string[]): Record<string, string> {
  const lines = body.toString("latin1", start).split(/\r?\n/).filter(Boolean);
  const trailers = lines.map(readTrailer).filter(([name]) => name !== "x-amz-trailer-signature");
  const names = trailers.map(([name]) => name);
  if (names.length !== declared.length || !declared.every((name) => names.includes(name)))
    throw malformedTrailer();
  return Object.fromEntries(trailers);
}

function readTrailer(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 1) throw malformedTrailer();
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

function malformedTrailer(): S3Error {
  return new S3Error(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
}
