import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { uuidv7 } from "uuidv7";
import { createJob } from "./createJob";
import { idempotencyKeyOf, keyedJobId, keyInUse, payloadHash } from "./idempotencyKey";
import type { JobRecord } from "./job";
import { readJob } from "./jobsTable";
import { logEvent } from "./logEvent";
import type { Problem } from "./problem";
import { isProblem, newJob, type KnownProcesses, type Submission } from "./submission";

export interface RecordSubmissionSettings {
  readonly tableName: string;
  readonly processes: KnownProcesses;
  /** How long a job is kept after it was submitted, in days. */
  readonly retentionDays: number;
}

/**
 * Records a job that a caller of the API asked for. The table's stream does the rest, so it cannot be lost. Asked again
 * with the same key it answers with the same job, as it was at first; with another payload, with what is wrong.
 * @param payload what the caller sent, as far as the answer depends on it
 */
export async function recordSubmission(
  client: DynamoDBClient,
  settings: RecordSubmissionSettings,
  submission: Submission,
  event: APIGatewayProxyEvent,
  payload: object = submission,
): Promise<JobRecord | Problem> {
  const given = idempotencyKeyOf(event);
  if (isProblem(given)) return given;
  const { key } = given;
  const job = submittedJob(settings, submission, event, key, payload);
  const isNew = await createJob(client, settings.tableName, job);
  const { jobId, process, status } = job;
  logEvent(isNew ? "job submitted" : "job was submitted already", { jobId, process, status });
  // Nobody else can have an id without a key: this call itself has put it there, and did not hear that it had.
  return isNew || key === undefined ? job : firstOf(client, settings.tableName, key, job);
}

function submittedJob(
  { processes, retentionDays }: RecordSubmissionSettings,
  submission: Submission,
  { requestContext }: APIGatewayProxyEvent,
  key: string | undefined,
  payload: object,
): JobRecord {
  const known = processes[submission.process];
  if (!known) throw new Error(`${submission.process} passed the checks but is not in the catalogue`);
  const now = Date.now();
  const requestedBy = requestContext.identity.userArn ?? "unknown";
  const job = newJob(submission, known, {
    jobId: key === undefined ? uuidv7() : keyedJobId(requestedBy, key),
    source: "api",
    requestedBy,
    createdAt: new Date(now).toISOString(),
    expiresAt: Math.floor(now / 1000) + retentionDays * 86_400,
  });
  return key === undefined ? job : { ...job, payloadHash: payloadHash(payload) };
}

/** What the key was answered with first. @throws when the job expired this moment; asking again makes a new one */
async function firstOf(
  client: DynamoDBClient,
  tableName: string,
  key: string,
  repeated: JobRecord,
): Promise<JobRecord | Problem> {
  const { jobId, status } = repeated;
  const first = await readJob(client, tableName, jobId);
  if (!first) throw new Error(`the job ${jobId} was there, and is no longer`);
  return first.payloadHash === repeated.payloadHash ? { ...first, status } : keyInUse(key, jobId);
}

/** The body of a request, as text. */
export function bodyOf(event: APIGatewayProxyEvent): string {
  const body = event.body ?? "";
  return event.isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
}
