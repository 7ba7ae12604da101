import type { IncomingMessage } from "node:http";
import type { UnverifiedRequest } from "../iam/signature";

/** A request read from the wire. */
export interface WireRequest extends UnverifiedRequest {
  /** Whether the body was longer than the limit; then `body` is empty. */
  readonly tooLarge: boolean;
}

/**
 * Reads a request to its end. A body beyond `limit` bytes is read and thrown away, so that the client gets an answer
 * instead of a broken connection.
 * @returns undefined when the client went away
 */
export async function readRequest(message: IncomingMessage, limit: number): Promise<WireRequest | undefined> {
  const read = await readBody(message, limit);
  if (!read) return undefined;
  const [path, query] = splitTarget(message.url ?? "/");
  return {
    method: message.method ?? "GET",
    path,
    query,
    headers: joinedHeaders(message.rawHeaders),
    body: Buffer.concat(read.chunks),
    tooLarge: read.length > limit,
  };
}

/** Undefined when the client went away; no chunks of a body that is too long. By events: an iterator would cost as much again. */
function readBody(
  message: IncomingMessage,
  limit: number,
): Promise<{ chunks: readonly Buffer[]; length: number } | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    message.on("end", () => resolve({ chunks, length }));
    message.on("error", (error) => {
      if (message.destroyed && !message.complete) resolve(undefined);
      else reject(error);
    });
    // After the end it changes nothing.
    message.on("close", () => resolve(undefined));
  });
}

/** Path and query of a request target, which a proxy's client sends as a whole URL. */
function splitTarget(target: string): [path: string, query: string] {
  const local = target.replace(/^https?:\/\/[^/?]*/, "");
  const mark = local.indexOf("?");
  const [path, query] = mark < 0 ? [local, ""] : [local.slice(0, mark), local.slice(mark + 1)];
  return [path || "/", query];
}

/** A repeated header's values are joined by a bare comma, as they are signed. */
function joinedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of headerPairs(rawHeaders)) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}

/** Name and value of each header as it was sent. */
export function headerPairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as [string, string]] : [],
  );
}
