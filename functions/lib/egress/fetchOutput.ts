import type { Readable } from "node:stream";
import { egressFailure, egressInterruption } from "./errors";
import { followRedirects, type Reached } from "./followRedirects";
import { outputBody } from "./outputBody";
import { outputFacts, parseContentRange, type OutputFacts } from "./outputFacts";
import { refusedAnswer } from "./refusedAnswer";
import { sendByNode, type Send } from "./sendRequest";

export type { OutputFacts } from "./outputFacts";

export interface PlatformSettings {
  /** For example `https://api.example.com/v1`; without a trailing slash. */
  readonly url: string;
  /** Hosts, beside the platform's own, that a redirect may lead to, for example `storage.googleapis.com`. */
  readonly redirectHosts: readonly string[];
}

export interface OutputRequest {
  /** The platform's id of its job. */
  readonly id: string;
  readonly token: string;
  /** The first byte wanted. @default 0 */
  readonly from?: number;
  /** The strong ETag that the first answer had; another output is then sent from its beginning. */
  readonly validator?: string;
  readonly signal?: AbortSignal;
}

export interface OutputAnswer {
  readonly facts: OutputFacts;
  /** Where the body starts: 0 when the platform ignored the range, or the output has changed since. */
  readonly from: number;
  /** Of Buffers; fails with an EgressInterruption. Whoever does not read it to its end destroys it. */
  readonly body: Readable;
}

export interface FetchOptions {
  /** How long the head of each answer may take, connecting included, in milliseconds. @default 30,000 */
  readonly answerMs?: number;
  /** How long a reader waits for a byte of the body, in milliseconds. @default 60,000 */
  readonly idleMs?: number;
  /** How requests are made. @default by `node:http` and `node:https` */
  readonly send?: Send;
}

/**
 * Asks the platform for an output, in one exchange: with redirects, without another try.
 * @throws EgressFailure when trying again would not help; EgressInterruption when it may; AbortError
 */
export async function fetchOutput(
  platform: PlatformSettings,
  request: OutputRequest,
  { answerMs = 30_000, idleMs = 60_000, send = sendByNode }: FetchOptions = {},
): Promise<OutputAnswer> {
  request.signal?.throwIfAborted();
  checkToken(request.token);
  const url = outputUrl(platform, request.id);
  const reached = await followRedirects(platform, url, request, { answerMs, send });
  const { statusCode } = reached.response;
  if (statusCode === 200 || statusCode === 206) return answerOf(reached, request, idleMs);
  throw await refusedAnswer(reached.response, { ...reached, ...request, from: request.from ?? 0, answerMs });
}

function answerOf(reached: Reached, { from = 0, signal }: OutputRequest, idleMs: number): OutputAnswer {
  const { response, url, asked } = reached;
  const { headers, statusCode } = response;
  const range = statusCode === 206 ? parseContentRange(headers["content-range"]) : undefined;
  if (statusCode === 206 && range?.start !== from) {
    response.destroy();
    const answered = `206 with the Content-Range ${headers["content-range"] ?? "missing"}`;
    throw egressInterruption("UnexpectedAnswer", `${asked} from byte ${from} was answered ${answered}.`);
  }
  const start = range?.start ?? 0;
  return {
    facts: outputFacts(headers, url, range),
    from: start,
    body: outputBody(response, { asked, from: start, idleMs, signal }),
  };
}

/** @throws EgressFailure when the id is none that a URL can have */
function outputUrl({ url }: PlatformSettings, id: string): URL {
  // However it is encoded, a segment of dots is a step in the path (RFC 3986, section 6.2.2), and none is another path.
  if (/^\.{0,2}$/.test(id)) {
    throw egressFailure("OutputGone", `No output of a platform can have the id ${JSON.stringify(id)}.`);
  }
  return new URL(`${url}/jobs/${encodeURIComponent(id)}/output`);
}

/** @throws EgressInterruption, as if the platform had refused the token: another may be in the secret soon */
function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw egressInterruption("TokenRefused", "The token is empty, or has characters that no header may have.");
}
