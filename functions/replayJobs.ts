import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { JobRecord } from "./lib/job";
import { readJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";
import { redriveJob, type RedriveOutcome, type RedriveSettings } from "./lib/redriveJob";
import { redriveRequestOf, stillStands, type JobEndEvent } from "./lib/redriveRequest";

export type ReplayJobsSettings = RedriveSettings;

/** @param redrive redrives a job, if it still is as it was read */
export const redriveReplayed = (
  { tableName }: Pick<ReplayJobsSettings, "tableName">,
  table: DynamoDBClient,
  redrive: (job: JobRecord) => Promise<RedriveOutcome>,
) => {
  return async (event: JobEndEvent): Promise<void> => {
    const request = redriveRequestOf(event);
    if (!request) return logEvent("event is not replayed, and redrives nothing", { eventId: event.id });
    const { jobId } = request;
    const job = await readJob(table, tableName, jobId);
    if (!job || !stillStands(request, job)) {
      const status = job?.status ?? "unknown";
      return logEvent("replayed end is not how the job stands", { ...request, status });
    }
    const outcome = await redrive(job);
    logEvent("replayed end handled", { ...request, process: job.process, outcome });
  };
};

/** Redrives the jobs whose failures are replayed, those that have not moved on since. */
export const replayJobs = (settings: ReplayJobsSettings) => {
  const [table, workflows, queues] = [new DynamoDBClient({}), new SFNClient({}), new SQSClient({})];
  const services = { settings, table, workflows, queues };
  return redriveReplayed(settings, table, (job) => redriveJob(services, job));
};
