import type { IncomingHttpHeaders } from "node:http";
import { digestOf, type OutputDigest } from "./digestHeader";
import { fileNameOf } from "./fileName";
import { headerOf } from "./headerText";

/** What a platform says of an output beside its bytes. */
export interface OutputFacts {
  /** Of the whole output, in bytes. */
  readonly length?: number;
  /** @default application/octet-stream */
  readonly contentType: string;
  /** How the bytes are packed that a platform sends packed although it was asked not to, for example `gzip`. */
  readonly contentEncoding?: string;
  /** As the platform names it; never a path. */
  readonly fileName: string;
  readonly digest?: OutputDigest;
  /** A strong ETag: as long as it stays, so does every byte. */
  readonly validator?: string;
  readonly acceptsRanges: boolean;
}

/** The range that an answer has. */
export interface ContentRange {
  /** Its first byte. */
  readonly start: number;
  /** Of the whole output, in bytes, if that is known. */
  readonly length?: number;
}

/**
 * @param headers of an answer that has the output
 * @param url that it came from
 * @param range that it has of the output, if not all
 */
export function outputFacts(headers: IncomingHttpHeaders, url: URL, range?: ContentRange): OutputFacts {
  const contentType = headers["content-type"] || "application/octet-stream";
  const contentEncoding = packingOf(headers);
  const length = range ? range.length : wholeNumber(headers["content-length"]);
  const digest = digestOf(headers, range !== undefined);
  const validator = strongTag(headers.etag);
  return {
    ...(length === undefined ? {} : { length }),
    contentType,
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    fileName: fileNameOf(headerOf(headers, "content-disposition"), url, contentType),
    ...(digest === undefined ? {} : { digest }),
    ...(validator === undefined ? {} : { validator }),
    acceptsRanges: range !== undefined || /\bbytes\b/i.test(headers["accept-ranges"] ?? ""),
  };
}

/** Reads a Content-Range; nothing if it is none of one range of bytes. Source: RFC 9110, section 14.4 */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header?.trim() ?? "") ?? [];
  const start = wholeNumber(first);
  const end = wholeNumber(last);
  if (start === undefined || end === undefined || start > end) return undefined;
  const length = wholeNumber(whole);
  if (length !== undefined && end >= length) return undefined;
  return { start, ...(length === undefined ? {} : { length }) };
}

function packingOf(headers: IncomingHttpHeaders): string | undefined {
  const packing = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  return packing === "" || packing === "identity" ? undefined : packing;
}

function strongTag(tag: string | undefined): string | undefined {
  return tag !== undefined && /^"[^"]*"$/.test(tag) ? tag : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}
