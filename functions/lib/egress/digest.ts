import type { IHasher } from "hash-wasm";
import { createCRC32 } from "hash-wasm/dist/crc32.umd.min.js";
import { createMD5 } from "hash-wasm/dist/md5.umd.min.js";
import { createSHA256 } from "hash-wasm/dist/sha256.umd.min.js";
import { createSHA512 } from "hash-wasm/dist/sha512.umd.min.js";

export type DigestAlgorithm = "sha-256" | "sha-512" | "md5" | "crc32c";

/** A digest whose state can be kept: Node's own cannot be continued by another invocation. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Of all bytes; Base64. Nothing can be added then. */
  value(): string;
  /** What `createDigest` continues from; Base64. */
  state(): string;
}

/** @param state of a digest that is continued */
export async function createDigest(algorithm: DigestAlgorithm, state?: string): Promise<Digest> {
  const hasher = await hasherOf(algorithm);
  if (state === undefined) hasher.init();
  else hasher.load(Buffer.from(state, "base64"));
  return {
    update: (bytes) => void hasher.update(bytes),
    value: () => Buffer.from(hasher.digest("binary")).toString("base64"),
    state: () => Buffer.from(hasher.save()).toString("base64"),
  };
}

function hasherOf(algorithm: DigestAlgorithm): Promise<IHasher> {
  switch (algorithm) {
    case "sha-256":
      return createSHA256();
    case "sha-512":
      return createSHA512();
    case "md5":
      return createMD5();
    case "crc32c":
      // The polynomial of Castagnoli, reversed. Source: RFC 3720, appendix B.4
      return createCRC32(0x82f63b78);
  }
}
