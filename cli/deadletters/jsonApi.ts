import { setTimeout as wait } from "node:timers/promises";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4, type SignatureV4Init } from "@smithy/signature-v4";
import { isRecord, textAt, type JsonRecord } from "./json";

/** A service that is called without a client of its own: what it says goes on as it is, unlike through an SDK. */
export interface JsonApi {
  /** @throws JsonApiError with AWS's name for what is wrong */
  call(operation: string, input: object): Promise<JsonRecord>;
}

export interface JsonApiOptions {
  readonly url: string;
  /** By which requests are signed, for example `dynamodb`. */
  readonly signingName: string;
  /** For example `DynamoDBStreams_20120810`. */
  readonly targetPrefix: string;
  readonly region: string;
  readonly credentials: SignatureV4Init["credentials"];
  /** Before the second attempt, in milliseconds; doubled before each further one. @default 200 */
  readonly firstPause?: number;
}

/** A service refused a call; `name` is AWS's own. */
export class JsonApiError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

const attempts = 4;

/** An API that speaks AWS JSON 1.0. Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export function jsonApi(options: JsonApiOptions): JsonApi {
  const { firstPause = 200 } = options;
  return {
    async call(operation, input) {
      for (let attempt = 1; ; attempt++) {
        const response = await send(options, operation, JSON.stringify(input));
        const answer = readAnswer(await response.text());
        if (response.ok) return answer;
        const error = errorOf(answer, response.status);
        if (attempt === attempts || !mayPass(response.status, error.name)) throw error;
        await wait(firstPause * 2 ** (attempt - 1));
      }
    },
  };
}

async function send(options: JsonApiOptions, operation: string, body: string): Promise<Response> {
  const { url, signingName, targetPrefix, region, credentials } = options;
  const { protocol, hostname, host, port } = new URL(url);
  const signer = new SignatureV4({ region, credentials, service: signingName, sha256: Sha256 });
  const signed = await signer.sign(
    new HttpRequest({
      method: "POST",
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      path: "/",
      headers: {
        host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `${targetPrefix}.${operation}`,
      },
      body,
    }),
  );
  return fetch(new URL("/", url), { method: "POST", headers: signed.headers, body });
}

/** What is no JSON is a proxy's word, and says nothing of use. */
function readAnswer(text: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The type may have a namespace before it: `com.amazonaws…#ResourceNotFoundException`. */
function errorOf(answer: JsonRecord, status: number): JsonApiError {
  const name = textAt(answer, "__type")?.replace(/^.*#/, "") ?? "ServiceError";
  return new JsonApiError(name, textAt(answer, "message") ?? textAt(answer, "Message") ?? `HTTP ${status}`);
}

function mayPass(status: number, name: string): boolean {
  return status >= 500 || /Throttl|LimitExceeded|ProvisionedThroughputExceeded/.test(name);
}
