import type { IncomingMessage } from "node:http";
import { headerPairs, readRequest, type WireRequest } from "../endpoint/readRequest";

/** A request to a REST API. */
export interface GatewayRequest extends WireRequest {
  /** Headers in the case and order in which they were sent. */
  readonly headerPairs: readonly (readonly [name: string, value: string])[];
  /** Decoded, in their order. */
  readonly queryPairs: readonly (readonly [name: string, value: string])[];
  /** Decoded; the last of repeated ones. */
  readonly queryString: Readonly<Record<string, string>>;
  /** Below the stage; percent-encoded. */
  readonly resourceRequestPath: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly sourceIp: string;
  readonly port: number;
}

/** The payload limit of a REST API. */
const bodyLimit = 10 * 1024 * 1024;

/**
 * Reads a request to the API whose URLs begin with `prefix`.
 * @returns undefined when the client went away; `resourceRequestPath` is undefined outside the API
 */
export async function readGatewayRequest(message: IncomingMessage, prefix: string) {
  const request = await readRequest(message, bodyLimit);
  if (!request) return undefined;
  const queryPairs = [...new URLSearchParams(request.query)];
  return {
    ...request,
    headerPairs: headerPairs(message.rawHeaders),
    queryPairs,
    queryString: Object.fromEntries(queryPairs),
    resourceRequestPath: below(prefix, request.path),
    sourceIp: message.socket.remoteAddress ?? "127.0.0.1",
    port: message.socket.localPort ?? 0,
  };
}

function below(prefix: string, path: string): string | undefined {
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return undefined;
  return `/${path.slice(prefix.length).replace(/^\/+/, "")}`;
}
