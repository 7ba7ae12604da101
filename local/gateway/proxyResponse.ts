import { validateHeaderName, validateHeaderValue } from "node:http";
import { GatewayError } from "./gatewayResponseTypes";
import { isObject } from "./json";
import { isBinary } from "./binaryMedia";

/** A response as it goes to the client; a header may have several values. */
export interface ProxyResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly body: Buffer;
}

const fields = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);
/** Sent on under another name, since the gateway sets them itself. */
const remapped = new Set(["connection", "content-length", "date", "server", "www-authenticate"]);
const hopByHop = "transfer-encoding";

/**
 * The response in a function's answer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 * @param accept of the request: bodies in base64 are decoded only for a binary media type
 * @throws GatewayError for an answer of any other shape
 */
export function proxyResponse(
  payload: string,
  accept: string | undefined,
  binaryMediaTypes: readonly string[],
): ProxyResponse {
  const answer = parse(payload);
  const { statusCode = 200, body, isBase64Encoded = false } = answer;
  const status = typeof statusCode === "string" || typeof statusCode === "number" ? Number(statusCode) : NaN;
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw malformed("statusCode is no HTTP status");
  if (body !== undefined && body !== null && typeof body !== "string") throw malformed("body is not a text");
  if (typeof isBase64Encoded !== "boolean") throw malformed("isBase64Encoded is neither true nor false");
  const binary = isBase64Encoded && isBinary(accept, binaryMediaTypes);
  return {
    status,
    headers: responseHeaders(answer["headers"], answer["multiValueHeaders"]),
    body: Buffer.from(body ?? "", binary ? "base64" : "utf8"),
  };
}

function parse(payload: string): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch (error) {
    throw malformed("the answer is not JSON", error);
  }
  if (!isObject(answer) || Object.keys(answer).length === 0)
    throw malformed("the answer is no object, or an empty one");
  const unknown = Object.keys(answer).find((name) => !fields.has(name));
  if (unknown) throw malformed(`the answer has ${unknown}, which is no part of a proxy response`);
  return answer;
}

/** `multiValueHeaders` decide how a name is written; a single value for the same name comes after theirs. */
function responseHeaders(single: unknown, multiple: unknown): ProxyResponse["headers"] {
  const headers = new Map<string, [name: string, values: string[]]>();
  for (const [name, values] of Object.entries(objectOr(multiple, "multiValueHeaders"))) {
    if (!Array.isArray(values)) throw malformed(`multiValueHeaders.${name} is no list`);
    headers.set(name.toLowerCase(), [name, values.map((value) => headerText(name, value))]);
  }
  for (const [name, value] of Object.entries(objectOr(single, "headers"))) {
    const [known, values] = headers.get(name.toLowerCase()) ?? [name, []];
    headers.set(name.toLowerCase(), [known, [...values, headerText(name, value)]]);
  }
  headers.delete(hopByHop);
  if (!headers.has("content-type")) headers.set("content-type", ["Content-Type", ["application/json"]]);
  return [...headers].map(([key, [name, values]]) => [
    remapped.has(key) ? `x-amzn-Remapped-${name}` : name,
    values,
  ]);
}

function objectOr(value: unknown, name: string) {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw malformed(`${name} is no object`);
  return value;
}

function headerText(name: string, value: unknown): string {
  if (typeof value !== "string" && typeof value !== "boolean") {
    throw malformed(`the value of the header ${name} is not a text`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, String(value));
  } catch (error) {
    throw malformed(`the header ${name} is none of HTTP's`, error);
  }
  return String(value);
}

/** What the client sees does not tell; the cause goes to the log. */
export function malformed(why: string, cause?: unknown): GatewayError {
  const reason = new Error(
    `Execution failed due to configuration error: Malformed Lambda proxy response: ${why}`,
    { cause },
  );
  return new GatewayError("DEFAULT_5XX", "Internal server error", { status: 502, cause: reason });
}
