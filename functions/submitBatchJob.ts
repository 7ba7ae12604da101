import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { parseBatchSubmission } from "./lib/batchSubmission";
import { problemResponse } from "./lib/problem";
import { bodyOf, recordSubmission, type RecordSubmissionSettings } from "./lib/recordSubmission";
import { checkSubmission, isProblem } from "./lib/submission";

export interface SubmitBatchJobSettings extends RecordSubmissionSettings {
  /** The queue's ARN. */
  readonly queueArn: string;
  /** Other names by which notifiers know the queue. */
  readonly queueAliases: readonly string[];
}

/**
 * `POST /v1/submitjob`: takes what AWS Batch's SubmitJob takes and answers as it does, so that a notifier built for
 * Batch changes nothing but its endpoint. The job definition names the process.
 */
export const submitBatchJob = (settings: SubmitBatchJobSettings) => {
  const { queueArn, queueAliases, processes } = settings;
  const client = new DynamoDBClient({});
  const queues = [...queueAliases, queueArn.replace(/^.*job-queue\//, ""), queueArn];
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path } = event.requestContext;
    const request = parseBatchSubmission(bodyOf(event), queues);
    if (isProblem(request)) return problemResponse(request, path);
    const { jobName, jobDefinition, parameters } = request;
    const submission = checkSubmission({ process: jobDefinition, parameters }, processes, "/jobDefinition");
    if (isProblem(submission)) return problemResponse(submission, path);
    const job = await recordSubmission(client, settings, submission, event, { ...submission, jobName });
    if (isProblem(job)) return problemResponse(job, path);
    const { jobId } = job;
    const jobArn = queueArn.replace(/job-queue\/.*$/, `job/${jobId}`);
    return {
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jobArn, jobName, jobId }),
    };
  };
};
