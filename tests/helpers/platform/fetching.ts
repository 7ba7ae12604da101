import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { createServer, isIP, type AddressInfo, type Socket } from "node:net";
import type { Readable } from "node:stream";
import type { EgressError } from "../../../functions/lib/egress/errors";
import {
  fetchOutput,
  type FetchOptions,
  type OutputAnswer,
  type OutputRequest,
} from "../../../functions/lib/egress/fetchOutput";
import type { Send } from "../../../functions/lib/egress/sendRequest";
import { platformToken, startPlatform, type PlatformOptions } from "../platform";
import { testCertificate } from "./certificate";

/** Asks a platform for its output `7`. */
export function askFor(
  url: string,
  request: Partial<OutputRequest> = {},
  options?: FetchOptions,
): Promise<OutputAnswer> {
  return fetchOutput({ url, redirectHosts: [] }, { id: "7", token: platformToken, ...request }, options);
}

/** Starts servers for the tests of a `describe`, each of which is stopped after its test. */
export function serversOfEachTest() {
  const started: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
  });
  const kept = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  return {
    start: (options?: PlatformOptions) => kept(startPlatform(options)),
    startRaw: (answer: (socket: Socket) => void) => kept(startRawServer(answer)),
  };
}

/** An error as its parts, so that all of it is compared. */
export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** How a promise fails. */
export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  const error = await promise.then(
    (value) => new Error(`it did not fail, but gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason as EgressError,
  );
  const { name, message, code = "", retryAfterSeconds } = error as EgressError;
  return { name, code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/** All that a body has. */
export async function bytesOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Sends requests for hosts to servers of this machine, as DNS would; the certificate of the tests is trusted.
 * @param ports by host name; others are connected to as they are
 */
export function sendTo(ports: Readonly<Record<string, string>>): Send {
  return ({ href, hostname, protocol }, options) => {
    const url = new URL(href);
    const server = ports[hostname];
    if (server !== undefined) Object.assign(url, { hostname: "127.0.0.1", port: new URL(server).port });
    if (protocol === "http:") return httpRequest(url, options);
    // No address is a server's name, and the certificate is checked against the address then.
    const name = isIP(hostname) === 0 ? { servername: hostname } : {};
    return httpsRequest(url, { ...options, ...name, ca: testCertificate.cert });
  };
}

/** A server of bytes: says them to whoever connects, once there is a request. */
async function startRawServer(
  answer: (socket: Socket) => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", () => answer(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
