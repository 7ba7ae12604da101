import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { TLSSocket } from "node:tls";
import { egressInterruption, isEgressFailure, isEgressInterruption, type EgressError } from "./errors";

/** Makes a request of Node's; its end has not been written. */
export type Send = (url: URL, options: RequestOptions) => ClientRequest;

export interface Exchange {
  readonly url: URL;
  /** For messages. */
  readonly asked: string;
  readonly headers: OutgoingHttpHeaders;
  /** How the host's addresses are found. @default as the system does */
  readonly lookup?: LookupFunction | undefined;
  /** How long the head of an answer may take, connecting included, in milliseconds. */
  readonly answerMs: number;
  readonly send: Send;
  readonly signal?: AbortSignal | undefined;
}

export const sendByNode: Send = (url, options) =>
  url.protocol === "https:" ? httpsRequest(url, options) : httpRequest(url, options);

/**
 * Sends a GET request on a connection of its own and waits for the head of the answer, whatever its status.
 * @throws EgressInterruption; EgressFailure of the lookup; AbortError
 */
export function sendRequest(exchange: Exchange): Promise<IncomingMessage> {
  const { url, asked, headers, lookup, answerMs, send, signal } = exchange;
  return new Promise((resolve, reject) => {
    // A connection that was kept may have died while the function was frozen.
    const request = send(url, { headers, lookup, signal, agent: false });
    const limit = setTimeout(() => request.destroy(silence(asked, answerMs)), answerMs);
    const settle = (settling: () => void) => {
      clearTimeout(limit);
      settling();
    };
    request.on("response", (response) => settle(() => resolve(response)));
    // Stays after the answer: an error that nobody hears ends the process, and the body tells of it too.
    request.on("error", (error) => settle(() => reject(brokenBy(error, request, asked))));
    // Without an error, for example when the answer wants to change the protocol.
    request.on("close", () => settle(() => reject(unanswered(asked))));
    request.end();
  });
}

function silence(asked: string, answerMs: number): EgressError {
  return egressInterruption("PlatformSilent", `${asked} was not answered within ${answerMs / 1000} s.`);
}

function unanswered(asked: string): EgressError {
  return egressInterruption("UnexpectedAnswer", `${asked} was not answered: the connection ended.`);
}

function brokenBy(error: NodeJS.ErrnoException, request: ClientRequest, asked: string): Error {
  if (isEgressInterruption(error) || isEgressFailure(error) || error.name === "AbortError") {
    return error;
  }
  // There is none before the connection, and one without TLS has authorized nothing.
  const socket = request.socket as Partial<TLSSocket> | null;
  const [code, what] = socket?.authorizationError
    ? ["CertificateRefused", "the certificate is refused"]
    : ["ConnectionBroken", "the connection broke"];
  return egressInterruption(code, `${asked}: ${what}: ${reasonOf(error)}`, undefined, { cause: error });
}

/** An error of several addresses, none of which answered, has no message but a code. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  const { code = "", message } = error;
  return message === "" || message.includes(code) ? message || code : `${message} (${code})`;
}
