import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import contentDisposition from "content-disposition";
import type { DigestAlgorithm } from "../../../functions/lib/egress/digest";
import { digestOfContent, type Content } from "./content";

/** What a platform says of an output. */
export interface OutputDescription {
  /** @default application/octet-stream */
  readonly contentType?: string;
  readonly fileName?: string;
  /** Is sent as platforms do: Repr-Digest, Content-MD5 of whole outputs, or Google's x-goog-hash. */
  readonly digest?: DigestAlgorithm;
  /** Beside all others, or instead of them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An output that the platform has. */
export interface Output extends OutputDescription {
  readonly content: Content;
  /** Changes with each `put`. */
  readonly etag: string;
}

/** How the platform serves all its outputs. */
export interface Serving {
  /** Whether parts of outputs can be asked for. @default true */
  readonly ranges?: boolean;
  /** Whether outputs have an ETag; with `weak`, one that promises little. @default true */
  readonly etags?: boolean | "weak";
  /** Whether outputs are sent without saying how long they are. @default false */
  readonly chunked?: boolean;
}

/** The part of an output that an answer has: up to the byte before `to`. */
export interface Part {
  readonly from: number;
  readonly to: number;
  /** Whether it was asked for as a range. */
  readonly ranged: boolean;
}

/** What of the output is to be sent; nothing when the range that is asked for lies behind its end. */
export function partFor(
  output: Output,
  { ranges = true }: Serving,
  { range, "if-range": validator }: IncomingHttpHeaders,
): Part | undefined {
  const { length } = output.content;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  const outdated = validator !== undefined && validator !== output.etag;
  if (!ranges || first === undefined || outdated) return { from: 0, to: length, ranged: false };
  const from = Number(first);
  const to = last ? Math.min(Number(last) + 1, length) : length;
  return from < to ? { from, to, ranged: true } : undefined;
}

export async function headersOf(output: Output, serving: Serving, part: Part): Promise<OutgoingHttpHeaders> {
  const { contentType, fileName, content, etag, digest, headers } = output;
  const { ranges = true, etags = true, chunked = false } = serving;
  const length = chunked ? "*" : content.length;
  return {
    "content-type": contentType ?? "application/octet-stream",
    ...(chunked ? {} : { "content-length": part.to - part.from }),
    ...(part.ranged ? { "content-range": `bytes ${part.from}-${part.to - 1}/${length}` } : {}),
    ...(ranges ? { "accept-ranges": "bytes" } : {}),
    ...(etags === false ? {} : { etag: etags === "weak" ? `W/${etag}` : etag }),
    ...(fileName === undefined ? {} : { "content-disposition": dispositionOf(fileName) }),
    ...(digest === undefined ? {} : digestHeader(digest, await digestOfContent(content, digest), part)),
    ...headers,
  };
}

/** Node cannot send a Content-Disposition in Latin-1 in every case: `filename` is ASCII, `filename*` what it is. */
function dispositionOf(fileName: string): string {
  return contentDisposition(fileName, { fallback: fileName.replace(/[^ -~]/g, "?") });
}

function digestHeader(algorithm: DigestAlgorithm, value: string, { ranged }: Part): OutgoingHttpHeaders {
  switch (algorithm) {
    case "sha-256":
    case "sha-512":
      return { "repr-digest": `${algorithm}=:${value}:` };
    case "crc32c":
      return { "x-goog-hash": `crc32c=${value}` };
    case "md5":
      // It would have to be that of the range.
      return ranged ? {} : { "content-md5": value };
  }
}
