import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { startJob, type StartSettings } from "./lib/startJob";
import { steadyClient } from "./lib/steadyClient";
import { handleJobChanges } from "./lib/streamBatch";

export type StartJobsSettings = StartSettings;

/** Starts each job that was recorded, whatever its source. */
export const startJobs = (settings: StartJobsSettings) => {
  const [table, workflows, queues] = [
    new DynamoDBClient(steadyClient),
    new SFNClient(steadyClient),
    new SQSClient({}),
  ];
  const services = { settings, table, workflows, queues };
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    handleJobChanges(event, (job) => startJob(services, job));
};
