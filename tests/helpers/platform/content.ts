import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createDigest, type DigestAlgorithm } from "../../../functions/lib/egress/digest";

/** The bytes of an output, of which only as many are held as are being sent. */
export interface Content {
  readonly length: number;
  /** Bytes from here on, as many as come at once; some, unless it is the end. */
  slice(from: number, to: number): Buffer;
}

export function contentOf(bytes: Buffer): Content {
  return { length: bytes.length, slice: (from, to) => bytes.subarray(from, to) };
}

/** A prime, so that no part of an upload repeats another. */
const blockBytes = 1_048_573;

/** Bytes that follow from a seed: one block over and over. */
export function generatedContent(seed: string, length: number): Content {
  const block = blockOf(seed, Math.min(length, blockBytes));
  return {
    length,
    slice(from, to) {
      const start = from % block.length;
      return block.subarray(start, start + Math.min(to, length) - from);
    },
  };
}

function blockOf(seed: string, length: number): Buffer {
  return createHash("shake256", { outputLength: length }).update(seed).digest();
}

const chunkBytes = 256 * 1024;

/** The bytes as a stream, as fast as they are read. */
export function streamOf(content: Content, from: number, to: number): Readable {
  let at = from;
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      const chunk = content.slice(at, Math.min(at + chunkBytes, to));
      at += chunk.length;
      this.push(chunk.length === 0 ? null : chunk);
    },
  });
}

/** Base64. */
export async function digestOfContent(content: Content, algorithm: DigestAlgorithm): Promise<string> {
  const digest = await createDigest(algorithm);
  for (let at = 0; at < content.length;) {
    const chunk = content.slice(at, at + chunkBytes);
    digest.update(chunk);
    at += chunk.length;
  }
  return digest.value();
}
