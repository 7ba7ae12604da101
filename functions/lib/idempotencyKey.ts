import { createHash } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Json } from "./job";
import { namedJobId } from "./namedJobId";
import type { Problem } from "./problem";

const headerName = "Idempotency-Key";
const longest = 255;

/** The key that a caller gave a request, so that sending it again does nothing again; nothing without one. */
export function idempotencyKeyOf(
  event: Pick<APIGatewayProxyEvent, "headers" | "multiValueHeaders">,
): { readonly key?: string } | Problem {
  const given = valuesOf(event);
  if (given.length > 1) return refused(`is given ${given.length} times; one is allowed`);
  const key = given[0]?.trim();
  if (key === undefined) return {};
  if (key === "") return refused("is empty");
  if (key.length > longest) return refused(`has ${key.length} characters`);
  // What others look like after the way through proxies is anybody's guess: two keys might become one.
  return /^[\x20-\x7e]+$/.test(key) ? { key } : refused("has characters that are not printable ASCII");
}

/** The id of the job that belongs to a caller's key. Another caller's same key is another job. */
export function keyedJobId(caller: string, key: string): string {
  return namedJobId(JSON.stringify([headerName, caller, key]));
}

/** By this two payloads are told apart; in which order their members stand makes no difference. */
export function payloadHash(payload: object): string {
  return createHash("sha256").update(JSON.stringify(payload, inOrder)).digest("base64url");
}

/** What a key answers that was used for another payload. */
export function keyInUse(key: string, jobId: string): Problem {
  const detail =
    `The ${headerName} "${key}" belongs to the job ${jobId}, which was asked for with another payload. ` +
    "Use a new key for a new job.";
  return { status: 422, title: "Unprocessable Content", detail };
}

function inOrder(_: string, value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Callers write a header's name as they like, and API Gateway hands it on as it was written. */
function valuesOf({
  headers,
  multiValueHeaders,
}: Pick<APIGatewayProxyEvent, "headers" | "multiValueHeaders">) {
  const isKey = ([name]: [string, unknown]) => name.toLowerCase() === headerName.toLowerCase();
  const several = Object.entries(multiValueHeaders ?? {}).filter(isKey);
  if (several.length > 0) return several.flatMap(([, values]) => values ?? []);
  return Object.entries(headers ?? {})
    .filter(isKey)
    .map(([, value]) => value ?? "");
}

function refused(why: string): Problem {
  const rule = `It must be 1 to ${longest} printable ASCII characters.`;
  return { status: 400, title: "Bad Request", detail: `The header ${headerName} ${why}. ${rule}` };
}
