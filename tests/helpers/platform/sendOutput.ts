import type { IncomingMessage, ServerResponse } from "node:http";
import { finished, pipeline } from "node:stream/promises";
import { streamOf, type Content } from "./content";
import type { BodyFailure } from "./failure";
import { headersOf, partFor, type Output, type Part, type Serving } from "./output";

/** Answers a request for an output with it, or with the range of it that is asked for. */
export async function sendOutput(
  request: IncomingMessage,
  response: ServerResponse,
  output: Output,
  serving: Serving,
  failure?: BodyFailure,
): Promise<void> {
  const part = partFor(output, serving, request.headers);
  if (part === undefined) {
    const headers = { "content-type": "text/plain", "content-range": `bytes */${output.content.length}` };
    response.writeHead(416, headers).end("no such range");
    return;
  }
  response.writeHead(part.ranged ? 206 : 200, await headersOf(output, serving, part));
  if (failure) await sendBeginning(response, output.content, part, failure);
  else await sendAll(response, output.content, part);
}

async function sendAll(response: ServerResponse, content: Content, { from, to }: Part): Promise<void> {
  try {
    await pipeline(streamOf(content, from, to), response);
  } catch (error) {
    // Whoever asked has seen enough.
    if (!response.destroyed) throw error;
  }
}

async function sendBeginning(
  response: ServerResponse,
  content: Content,
  part: Part,
  failure: BodyFailure,
): Promise<void> {
  const beginning = streamOf(content, part.from, endOf(failure, part));
  const closed = new Promise<void>((resolve) => void response.once("close", resolve));
  response.flushHeaders();
  beginning.pipe(response, { end: false });
  await Promise.race([finished(beginning), closed]);
  // Both after what was written has been sent.
  if ("cutAfterBytes" in failure) response.socket?.destroySoon();
  if ("shortBy" in failure) response.socket?.end();
}

function endOf(failure: BodyFailure, { from, to }: Part): number {
  if ("shortBy" in failure) return Math.max(from, to - failure.shortBy);
  const bytes = "cutAfterBytes" in failure ? failure.cutAfterBytes : failure.silentAfterBytes;
  return Math.min(from + bytes, to);
}
