import { setFlagsFromString } from "node:v8";

/**
 * Has Node.js collect garbage at once instead of step by step. A heap of some megabytes takes a few milliseconds,
 * while the chunks of a stream, 64 KiB each outside that heap, would start another marking of it every 16 MB: half as
 * much processor time again as the copying itself, and more memory (docs/performance.md).
 * Source: https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function collectAtOnce(): void {
  setFlagsFromString("--no-incremental-marking");
}
