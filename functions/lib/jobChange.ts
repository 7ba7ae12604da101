import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { JobRecord } from "./job";
import { readJob } from "./jobsTable";
import { problemResponse, type Problem } from "./problem";
import { maySee, type Sight } from "./visibility";

/** Where jobs are, and which of them callers see. */
export interface JobPlace extends Sight {
  readonly tableName: string;
}

/** The job that a request's path names, or that there is none that the caller may see. */
export async function findJob(
  table: DynamoDBClient,
  { tableName, ...sight }: JobPlace,
  event: APIGatewayProxyEvent,
): Promise<JobRecord | Problem> {
  const jobId = event.pathParameters?.["jobId"] ?? "";
  // An id that cannot be one is not worth a read; the table's key is limited to 2,048 bytes besides.
  const job = /^[0-9A-Za-z-]{1,64}$/.test(jobId) ? await readJob(table, tableName, jobId) : undefined;
  // Whoever may not see a job is not told either that there is one.
  if (job && maySee(sight, event.requestContext.identity.userArn, job)) return job;
  return { status: 404, title: "Not Found", detail: `There is no job "${jobId.slice(0, 100)}".` };
}

/** 202: the change of a job is under way, and can be followed. */
export function changeAccepted(
  { requestContext: { path }, pathParameters }: APIGatewayProxyEvent,
  said: { readonly status: string; readonly outcome?: string },
): APIGatewayProxyResult {
  // The path of the change is that of the job and a verb.
  const self = path.replace(/\/[^/]+\/?$/, "");
  return {
    statusCode: 202,
    headers: { "Content-Type": "application/json", Location: self },
    body: JSON.stringify({ jobId: pathParameters?.["jobId"] ?? "", ...said, links: { self } }),
  };
}

/** 409: the job is not as the change needs it. */
export function jobConflict(
  { requestContext: { path } }: APIGatewayProxyEvent,
  { status }: JobRecord,
  rule: string,
): APIGatewayProxyResult {
  return problemResponse({ status: 409, title: "Conflict", detail: `The job is ${status}. ${rule}` }, path);
}
