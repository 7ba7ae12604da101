import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { PortInUseError } from "./errors";

/** An HTTP server of the local cloud. */
export interface HttpServer {
  /** @returns `http://127.0.0.1:<port>`; 0 takes any free port. @throws PortInUseError */
  listen(port: number): Promise<string>;
  /** Ends at once, whatever is open. */
  stop(): Promise<void>;
}

/** SDKs keep connections open for longer than Node's five seconds, and fail when they reuse one as it closes. */
const keepAliveTimeout = 65_000;

/**
 * An HTTP server on 127.0.0.1 that keeps connections alive.
 * @param portOption the command-line option to name when the port is in use
 */
export function createHttpServer(listener: RequestListener, portOption: string): HttpServer {
  const server = createServer({ keepAliveTimeout }, listener);
  return {
    async listen(port) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) =>
          reject(
            error.code === "EADDRINUSE" ? new PortInUseError(port, portOption, { cause: error }) : error,
          ),
        );
        server.listen(port, "127.0.0.1", resolve);
      });
      const { port: bound } = server.address() as AddressInfo;
      return `http://127.0.0.1:${bound}`;
    },
    async stop() {
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
