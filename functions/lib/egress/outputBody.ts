import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { egressInterruption, type EgressError } from "./errors";
import { reasonOf } from "./sendRequest";

export interface BodyOptions {
  /** For messages. */
  readonly asked: string;
  /** Where in the output the body begins. */
  readonly from: number;
  /** How long a reader waits for a byte, in milliseconds. */
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** So many chunks, of 64 KiB, are held for a reader: enough that the connection need not be stopped at each. */
const heldChunks = 4;

/**
 * The body of an answer. It ends with an EgressInterruption if the connection breaks, the answer is shorter than it
 * says, or no byte comes although somebody reads.
 */
export function outputBody(response: IncomingMessage, options: BodyOptions): Readable {
  const { asked, from, idleMs, signal } = options;
  let at = from;
  let limit: NodeJS.Timeout | undefined;
  const body = new Readable({
    // Chunk by chunk: what is held is else put together anew for its reader.
    objectMode: true,
    highWaterMark: heldChunks,
    signal,
    read() {
      clearTimeout(limit);
      // Only while somebody waits: a slow reader is not the platform's silence.
      limit = setTimeout(() => body.destroy(silence(asked, at, idleMs)), idleMs);
      response.resume();
    },
    destroy(error, done) {
      clearTimeout(limit);
      response.destroy();
      done(error);
    },
  });
  response.on("data", (chunk: Buffer) => {
    clearTimeout(limit);
    at += chunk.length;
    if (!body.push(chunk)) response.pause();
  });
  response.on("end", () => {
    clearTimeout(limit);
    body.push(null);
  });
  response.on("error", (error) => body.destroy(brokenBy(error, asked, at)));
  // Whoever reads is told; until somebody does, an error that nobody hears would end the process.
  body.on("error", () => undefined);
  return body;
}

function silence(asked: string, at: number, idleMs: number): EgressError {
  return egressInterruption(
    "PlatformSilent",
    `${asked}: no byte came for ${idleMs / 1000} s after ${at} bytes of the output.`,
  );
}

function brokenBy(error: NodeJS.ErrnoException, asked: string, at: number): EgressError {
  return egressInterruption(
    "ConnectionBroken",
    `${asked}: the connection broke after ${at} bytes of the output: ${reasonOf(error)}`,
    undefined,
    { cause: error },
  );
}
