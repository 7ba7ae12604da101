import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { uuidv7 } from "uuidv7";
import type { JobRecord } from "./lib/job";
import { logEvent } from "./lib/logEvent";
import { problemResponse } from "./lib/problem";
import { isProblem, newJob, parseSubmission, type KnownProcesses } from "./lib/submission";

export interface SubmitJobSettings {
  readonly tableName: string;
  readonly processes: KnownProcesses;
  /** How long a job is kept after it was submitted, in days. */
  readonly retentionDays: number;
}

/** `POST /jobs`: records the job. The table's stream does the rest, so a job that was accepted cannot be lost. */
export const submitJob = (settings: SubmitJobSettings) => {
  const { tableName, processes, retentionDays } = settings;
  const client = new DynamoDBClient({});
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const submission = parseSubmission(bodyOf(event), processes);
    if (isProblem(submission)) return problemResponse(submission, event.requestContext.path);
    const known = processes[submission.process];
    if (!known) throw new Error(`${submission.process} passed the checks but is not in the catalogue`);
    const now = Date.now();
    const job = newJob(submission, known, {
      jobId: uuidv7(),
      source: "api",
      requestedBy: event.requestContext.identity.userArn ?? "unknown",
      createdAt: new Date(now).toISOString(),
      expiresAt: Math.floor(now / 1000) + retentionDays * 86_400,
    });
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(job),
        ConditionExpression: "attribute_not_exists(jobId)",
      }),
    );
    logEvent("job submitted", { jobId: job.jobId, process: job.process, status: job.status });
    return accepted(job, event.requestContext.path);
  };
};

function bodyOf(event: APIGatewayProxyEvent): string {
  const body = event.body ?? "";
  return event.isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
}

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
