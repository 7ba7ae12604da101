import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { DigestAlgorithm } from "../../functions/lib/egress/digest";
import { digestOfContent } from "./platform/content";
import { fail, isBodyFailure, type Failure, type FailureRequest } from "./platform/failure";
import type { OutputDescription, Serving } from "./platform/output";
import { Outputs } from "./platform/outputs";
import { sendOutput } from "./platform/sendOutput";

/** The token that the platform takes unless it is told others. */
export const platformToken = "platform-token";

export interface PlatformOptions extends Serving {
  /** Those that are valid at first; with `none`, it asks for none. @default platformToken */
  readonly tokens?: readonly string[] | "none";
  /** Decides of each request that has a valid token how it fails. @default "none" */
  readonly failure?: (request: FailureRequest) => Failure;
  /** How long the outputs are, in bytes, that nobody has put. @default there are none */
  readonly generatedBytes?: (id: string) => number | undefined;
  /** For HTTPS: `testCertificate`. @default HTTP */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

/** A request for an output. */
export interface PlatformRequest {
  /** Of the platform's job. */
  readonly id: string;
  /** The first byte that was asked for. */
  readonly from: number;
  readonly authorized: boolean;
}

/** A stand-in for a platform whose jobs leave outputs. */
export interface Platform {
  /** Without a trailing slash. */
  readonly url: string;
  /** Those that are valid; may be changed at any time. */
  readonly tokens: Set<string>;
  /** All that have come, the newest last. */
  readonly requests: readonly PlatformRequest[];
  /** Has an output, or another one in its place; a number stands for so many bytes that follow from the id. */
  put(id: string, bytes: Buffer | string | number, description?: OutputDescription): void;
  /** Has an output no longer. */
  expire(id: string): void;
  /** Of an output that it has, Base64. */
  digestOf(id: string, algorithm: DigestAlgorithm): Promise<string>;
  /** Waits until all connections are closed. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a platform on a free port of this machine. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const outputs = new Outputs(options.generatedBytes);
  const tokens = new Set(options.tokens === "none" ? [] : (options.tokens ?? [platformToken]));
  const requests: PlatformRequest[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = idOf(request);
    if (id === undefined) return fail(response, { status: 404, text: "no such resource" });
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const authorized = tokens.has(/^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "");
    requests.push({ id, from, authorized });
    if (!authorized && options.tokens !== "none")
      return fail(response, { status: 401, text: "who are you?" });
    const attempt = requests.filter((each) => each.id === id).length;
    const failure = options.failure?.({ id, attempt, from }) ?? "none";
    if (failure !== "none" && !isBodyFailure(failure)) return fail(response, failure);
    const output = outputs.find(id);
    if (!output) return fail(response, { status: 404, text: `no output of ${id}` });
    await sendOutput(request, response, output, options, failure === "none" ? undefined : failure);
  };

  const server = await listen(options.certificate, answer);
  return {
    url: server.url,
    tokens,
    requests,
    put: (id, bytes, description = {}) => outputs.put(id, bytes, description),
    expire: (id) => outputs.expire(id),
    digestOf: (id, algorithm) => digestOfContent(outputs.get(id).content, algorithm),
    idle: server.idle,
    stop: server.stop,
  };
}

function idOf({ method, url = "" }: IncomingMessage): string | undefined {
  const [, id] = /^\/v1\/jobs\/([^/?]+)\/output(?:\?.*)?$/.exec(url) ?? [];
  return method === "GET" && id !== undefined ? decodeURIComponent(id) : undefined;
}

async function listen(
  certificate: PlatformOptions["certificate"],
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Pick<Platform, "url" | "idle" | "stop">> {
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy(error as Error);
      else fail(response, { status: 500, text: `the stand-in failed: ${String(error)}` });
    });
  };
  const server = certificate ? createHttpsServer(certificate, handle) : createHttpServer(handle);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connections = new Set<Socket>();
  server.on(certificate ? "secureConnection" : "connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${port}/v1`,
    async idle() {
      // Not by `once`: a connection that is closed in the middle has an error, too.
      const closing = (socket: Socket) => new Promise((resolve) => void socket.once("close", resolve));
      await Promise.all([...connections].map(closing));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
