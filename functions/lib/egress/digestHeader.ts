import type { IncomingHttpHeaders } from "node:http";
import type { DigestAlgorithm } from "./digest";
import { headerOf } from "./headerText";

/** What a platform says that all bytes of an output together have. */
export interface OutputDigest {
  readonly algorithm: DigestAlgorithm;
  /** Base64. */
  readonly value: string;
}

/** How long digests are, in bytes; the ones to be preferred first. */
const digestBytes: readonly (readonly [DigestAlgorithm, number])[] = [
  ["sha-256", 32],
  ["sha-512", 64],
  ["crc32c", 4],
  ["md5", 16],
];

/** `sha-256=:…:`. Source: RFC 9530 and RFC 8941, a dictionary of byte sequences */
const structured = /(?:^|,)\s*([a-z0-9_.*-]+)=:([A-Za-z0-9+/=]*):/g;
/** `SHA-256=…`. Source: RFC 3230; `x-goog-hash` is alike */
const plain = /(?:^|,)\s*([A-Za-z0-9-]+)=([A-Za-z0-9+/=]+)/g;

/**
 * The best digest of the whole output that an answer's headers have.
 * @param partial whether the answer has only a range of the output: what is said of that range does not count
 */
export function digestOf(headers: IncomingHttpHeaders, partial: boolean): OutputDigest | undefined {
  const found = [
    ...digestsIn(headerOf(headers, "repr-digest"), structured),
    ...(partial ? [] : digestsIn(headerOf(headers, "content-digest"), structured)),
    // RFC 3230 does not say how it writes a CRC32C.
    ...digestsIn(headerOf(headers, "digest"), plain).filter(([name]) => name !== "crc32c"),
    ...digestsIn(storedHash(headers), plain),
    ...(partial ? [] : [["md5", headerOf(headers, "content-md5") ?? ""] as const]),
  ];
  for (const [algorithm, length] of digestBytes) {
    for (const [name, text] of found) {
      const bytes = Buffer.from(text, "base64");
      // What cannot be a digest is none.
      if (name === algorithm && bytes.length === length)
        return { algorithm, value: bytes.toString("base64") };
    }
  }
  return undefined;
}

function digestsIn(header: string | undefined, pattern: RegExp): (readonly [name: string, text: string])[] {
  return [...(header ?? "").matchAll(pattern)].map(([, name = "", text = ""]) => [name.toLowerCase(), text]);
}

/**
 * Google Cloud Storage's hash is that of the object as stored, which is not what it sends when it unpacks the object.
 * Source: https://cloud.google.com/storage/docs/transcoding
 */
function storedHash(headers: IncomingHttpHeaders): string | undefined {
  const stored = headerOf(headers, "x-goog-stored-content-encoding") ?? "identity";
  const sent = headerOf(headers, "content-encoding") ?? "identity";
  return stored === sent ? headerOf(headers, "x-goog-hash") : undefined;
}
