import { createHash } from "node:crypto";

/**
 * A job id that is the same each time for the same cause: a UUIDv7 like all others, so that it sorts by time, with a
 * hash for its random bits. Source: RFC 9562, sections 5.7 and 6.9
 * @param time milliseconds since the epoch
 */
export function derivedJobId(cause: string, time: number): string {
  const clock = time.toString(16).padStart(12, "0");
  const hash = createHash("sha256").update(`${cause} ${time}`).digest("hex");
  const variant = (8 + (Number.parseInt(hash.slice(3, 4), 16) % 4)).toString(16);
  return [
    clock.slice(0, 8),
    clock.slice(8),
    `7${hash.slice(0, 3)}`,
    `${variant}${hash.slice(4, 7)}`,
    hash.slice(7, 19),
  ].join("-");
}
