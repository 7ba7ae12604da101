import { parseArgs } from "node:util";
import type { RateLimit } from "../local/services/tagging";

/** What `npm run local` was asked for. */
export interface LocalOptions {
  readonly stack: string;
  readonly apiPort: number;
  readonly endpointPort: number;
  /** The platform whose outputs are fetched, in place of the stack's own. */
  readonly platformUrl?: string;
  /** What the platform is asked with. */
  readonly platformToken: string;
  /** How fast the Resource Groups Tagging API may be called. @default as fast as one likes */
  readonly taggingRate?: RateLimit;
  /** The folder that keeps what there is for the next start. */
  readonly dataDirectory?: string;
}

export const usage = `Usage: npm run local -- [options]

  --port PORT             where the API listens (default 4567; 0: any free port)
  --endpoint-port PORT    where the AWS services listen (default 4566; 0: any free port)
  --stack NAME            whose configuration to use (default dev: Pulumi.dev.yaml)
  --data DIR              keep everything in this folder for the next start (default: keep nothing)
  --platform-url URL      the platform whose outputs are fetched, with a webhook known by a token
  --platform-token TOKEN  the token that the platform asks for (default local-platform-token)
  --tagging-rate N        calls a second that the Resource Groups Tagging API takes, as on AWS (default: any number)
  --help                  show this`;

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line. Nothing means that help was asked for. @throws UsageError */
export function parseLocalOptions(args: readonly string[]): LocalOptions | undefined {
  const values = readArgs(args);
  if (values.help) return undefined;
  const apiPort = parsePort("--port", values.port);
  const endpointPort = parsePort("--endpoint-port", values["endpoint-port"]);
  if (apiPort !== 0 && apiPort === endpointPort) {
    throw new UsageError(`--port and --endpoint-port are both ${apiPort}; each needs a port of its own.`);
  }
  const platformUrl = parseUrl("--platform-url", values["platform-url"]);
  const platformToken = parseToken("--platform-token", values["platform-token"]);
  const taggingRate = parseRate("--tagging-rate", values["tagging-rate"]);
  return {
    ...(taggingRate === undefined ? {} : { taggingRate }),
    ...{ stack: values.stack, apiPort, endpointPort, platformToken },
    ...(platformUrl === undefined ? {} : { platformUrl }),
    ...(values.data === undefined ? {} : { dataDirectory: parseFolder("--data", values.data) }),
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "4567" },
        "endpoint-port": { type: "string", default: "4566" },
        stack: { type: "string", default: "dev" },
        data: { type: "string" },
        "platform-url": { type: "string" },
        "tagging-rate": { type: "string" },
        "platform-token": { type: "string", default: "local-platform-token" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parsePort(option: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`${option} is "${text}"; a port is a number from 0 to 65535.`);
}

function parseFolder(option: string, text: string): string {
  if (text.trim() !== "") return text;
  throw new UsageError(`${option} is "${text}"; it is the path of a folder.`);
}

function parseUrl(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: "" };
  if (protocol === "https:" || protocol === "http:") return text;
  throw new UsageError(`${option} is "${text}"; it is an http or https URL, such as http://127.0.0.1:8080.`);
}

function parseToken(option: string, text: string): string {
  if (text.trim() !== "") return text;
  throw new UsageError(`${option} is "${text}"; a token is not blank.`);
}

function parseRate(option: string, text: string | undefined): RateLimit | undefined {
  if (text === undefined) return undefined;
  const rate = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (rate >= 1) return { perSecond: rate, burst: rate };
  throw new UsageError(`${option} is "${text}"; it is a whole number from 1 to 999.`);
}
