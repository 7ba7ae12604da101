import { createHash } from "node:crypto";

/**
 * The job id that belongs to a name, always the same: a UUID whose bits are a hash of it.
 * Source: RFC 9562, section 5.8
 */
export function namedJobId(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex");
  const variant = (8 + (Number.parseInt(hash.slice(15, 16), 16) % 4)).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(12, 15)}`,
    `${variant}${hash.slice(16, 19)}`,
    hash.slice(19, 31),
  ].join("-");
}
