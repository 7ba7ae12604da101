import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { sealCursor } from "./lib/cursor";
import type { JobSummary } from "./lib/jobIndex";
import { readJobPage } from "./lib/jobPage";
import { cursorScope, parseListRequest } from "./lib/listRequest";
import { problemResponse } from "./lib/problem";
import { isProblem } from "./lib/submission";
import { maySee, seesAll, type Sight } from "./lib/visibility";

export interface ListJobsSettings extends Sight {
  readonly tableName: string;
  /** What cursors are sealed with; callers do not know it. */
  readonly cursorSecret: string;
}

/** `GET /jobs`: the jobs that fit and that the caller may see, newest first, page by page. */
export const listJobs = (settings: ListJobsSettings) => {
  const { tableName, cursorSecret } = settings;
  const client = new DynamoDBClient({});
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path, identity } = event.requestContext;
    const request = parseListRequest(event, cursorSecret);
    if (isProblem(request)) return problemResponse(request, path);
    const isSeen = (job: JobSummary) => maySee(settings, identity.userArn, job);
    const filter = seesAll(settings, identity.userArn) ? undefined : isSeen;
    const page = await readJobPage(client, tableName, request, filter);
    const { next } = page;
    const self = path.replace(/\/$/, "");
    return {
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        jobs: page.jobs.map((job) => ({ ...job, links: { self: `${self}/${job.jobId}` } })),
        ...(next ? { nextCursor: sealCursor(cursorSecret, cursorScope(request.filter), next) } : {}),
      }),
    };
  };
};
