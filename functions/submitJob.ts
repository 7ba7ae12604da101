import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { JobRecord } from "./lib/job";
import { problemResponse } from "./lib/problem";
import { bodyOf, recordSubmission, type RecordSubmissionSettings } from "./lib/recordSubmission";
import { steadyClient } from "./lib/steadyClient";
import { isProblem, parseSubmission } from "./lib/submission";

export type SubmitJobSettings = RecordSubmissionSettings;

/** `POST /jobs`: records the job, once for each `Idempotency-Key` of a caller. */
export const submitJob = (settings: SubmitJobSettings) => {
  const client = new DynamoDBClient(steadyClient);
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path } = event.requestContext;
    const submission = parseSubmission(bodyOf(event), settings.processes);
    if (isProblem(submission)) return problemResponse(submission, path);
    const job = await recordSubmission(client, settings, submission, event);
    return isProblem(job) ? problemResponse(job, path) : accepted(job, path);
  };
};

/** `path` is the one that the caller used: it has the stage, which a link must have too. */
function accepted(job: JobRecord, path: string): APIGatewayProxyResult {
  const { jobId, process, status, createdAt } = job;
  const self = `${path.replace(/\/$/, "")}/${jobId}`;
  return {
    statusCode: 202,
    headers: { "Content-Type": "application/json", Location: self, "Retry-After": "2" },
    body: JSON.stringify({ jobId, status, process, createdAt, links: { self } }),
  };
}
