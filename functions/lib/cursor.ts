import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** A place in the order of all jobs: newest first, and within a millisecond by id. */
export interface Position {
  readonly createdAt: string;
  readonly jobId: string;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A position as callers carry it: they can neither read nor change it, nor use it for another query.
 * @param secret what only the functions know
 * @param query what the cursor belongs to
 */
export function sealCursor(secret: string, query: string, { createdAt, jobId }: Position): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(secret), nonce).setAAD(Buffer.from(query));
  const text = Buffer.concat([cipher.update(JSON.stringify({ createdAt, jobId })), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
}

/** The position in a cursor; nothing if it was altered, or belongs to another query or stack. */
export function openCursor(secret: string, query: string, cursor: string): Position | undefined {
  const sealed = Buffer.from(cursor, "base64url");
  // Decoding passes over what is not Base64, and over the last bits.
  if (sealed.toString("base64url") !== cursor || sealed.length <= nonceBytes + tagBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, keyOf(secret), nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(query))
    .setAuthTag(sealed.subarray(-tagBytes));
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return JSON.parse(text.toString("utf8")) as Position;
  } catch {
    // The tag does not fit; the caller says so.
    return undefined;
  }
}

function keyOf(secret: string): Buffer {
  return createHash("sha256").update(`cursors of jobs ${secret}`).digest();
}
