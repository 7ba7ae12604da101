import type { APIGatewayProxyEvent } from "aws-lambda";
import { openCursor, type Position } from "./cursor";
import { jobStatuses, type JobStatus } from "./job";
import type { Problem, Violation } from "./problem";

/** What jobs to list; all without any. */
export interface JobFilter {
  readonly process?: string;
  readonly status?: JobStatus;
  readonly client?: string;
}

export interface ListRequest {
  readonly filter: JobFilter;
  /** How many jobs at most. */
  readonly limit: number;
  /** List what comes after it. */
  readonly after?: Position;
}

const parameters = ["process", "status", "client", "limit", "cursor"];
const usualLimit = 20;
const highestLimit = 100;
const longestText = 256;

/** Reads the query of `GET /jobs`. @param secret with which cursors are sealed */
export function parseListRequest(event: APIGatewayProxyEvent, secret: string): ListRequest | Problem {
  const query = event.queryStringParameters ?? {};
  const errors = [...repeated(event), ...malformed(query)];
  if (errors.length > 0) return badRequest(errors);
  const { process, status, client, limit = String(usualLimit), cursor } = query;
  const filter = {
    ...(process === undefined ? {} : { process }),
    ...(status === undefined ? {} : { status: status as JobStatus }),
    ...(client === undefined ? {} : { client }),
  };
  if (cursor === undefined) return { filter, limit: Number(limit) };
  const after = openCursor(secret, cursorScope(filter), cursor);
  if (after) return { filter, limit: Number(limit), after };
  const detail =
    "is not one that this query was answered with; without it, the list begins with the newest job";
  return badRequest([{ pointer: "/cursor", detail }]);
}

/** What a cursor belongs to: the next page may have another limit, but no other filter. */
export function cursorScope({ process, status, client }: JobFilter): string {
  return JSON.stringify([process ?? null, status ?? null, client ?? null]);
}

function repeated({ multiValueQueryStringParameters }: APIGatewayProxyEvent): Violation[] {
  return Object.entries(multiValueQueryStringParameters ?? {})
    .filter(([, values]) => (values ?? []).length > 1)
    .map(([name]) => ({ pointer: pointerTo(name), detail: "is given more than once" }));
}

type Query = NonNullable<APIGatewayProxyEvent["queryStringParameters"]>;

/** A filter that is misspelt must not be passed over in silence. A signature may stand in the query, too. */
function malformed(query: Query): Violation[] {
  const unknown = Object.keys(query)
    .filter((name) => !parameters.includes(name) && !/^x-amz-/i.test(name))
    .map((name) => ({ pointer: pointerTo(name), detail: `is none of ${parameters.join(", ")}` }));
  const { process, status, client, limit } = query;
  const text = `must be text of 1 to ${longestText} characters`;
  const rules: [boolean, string, string][] = [
    [isText(process), "/process", text],
    [isStatus(status), "/status", `must be one of ${jobStatuses.join(", ")}`],
    [isText(client), "/client", text],
    [isLimit(limit), "/limit", `must be a whole number from 1 to ${highestLimit}`],
  ];
  return [...unknown, ...rules.flatMap(([holds, pointer, detail]) => (holds ? [] : [{ pointer, detail }]))];
}

function isText(value: string | undefined): boolean {
  return value === undefined || (value !== "" && value.length <= longestText);
}

function isStatus(value: string | undefined): boolean {
  return value === undefined || jobStatuses.some((status) => status === value);
}

function isLimit(value: string | undefined): boolean {
  return value === undefined || (/^[1-9]\d{0,2}$/.test(value) && Number(value) <= highestLimit);
}

function pointerTo(name: string): string {
  return `/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`;
}

function badRequest(errors: readonly Violation[]): Problem {
  return { status: 400, title: "Bad Request", detail: "The query cannot be answered.", errors };
}
