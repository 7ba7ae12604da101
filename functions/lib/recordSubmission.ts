import { PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { uuidv7 } from "uuidv7";
import type { JobRecord } from "./job";
import { logEvent } from "./logEvent";
import { newJob, type KnownProcesses, type Submission } from "./submission";

export interface RecordSubmissionSettings {
  readonly tableName: string;
  readonly processes: KnownProcesses;
  /** How long a job is kept after it was submitted, in days. */
  readonly retentionDays: number;
}

/** Records a job that a caller of the API asked for. The table's stream does the rest, so it cannot be lost. */
export async function recordSubmission(
  client: DynamoDBClient,
  { tableName, processes, retentionDays }: RecordSubmissionSettings,
  submission: Submission,
  event: APIGatewayProxyEvent,
): Promise<JobRecord> {
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
  return job;
}

/** The body of a request, as text. */
export function bodyOf(event: APIGatewayProxyEvent): string {
  const body = event.body ?? "";
  return event.isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
}
