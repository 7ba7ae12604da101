import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readJob } from "./lib/jobsTable";
import { logEvent } from "./lib/logEvent";
import {
  createRedrive,
  redriveRequestOf,
  stillStands,
  type JobEndEvent,
  type Redrive,
  type RedriveSettings,
} from "./lib/redriveRequest";

export type ReplayJobsSettings = RedriveSettings;

/**
 * @param redrive what redrives a job. It must itself be safe against being asked twice at once, for events are delivered
 * at least once
 */
export const redriveReplayed = ({ tableName }: ReplayJobsSettings, redrive: Redrive) => {
  const client = new DynamoDBClient({});
  return async (event: JobEndEvent): Promise<void> => {
    const request = redriveRequestOf(event);
    if (!request) return logEvent("event is not replayed, and redrives nothing", { eventId: event.id });
    const { jobId } = request;
    const job = await readJob(client, tableName, jobId);
    if (!job || !stillStands(request, job)) {
      const status = job?.status ?? "unknown";
      return logEvent("replayed end is not how the job stands", { ...request, status });
    }
    const outcome = await redrive(jobId);
    logEvent("replayed end handled", { ...request, process: job.process, outcome });
  };
};

/** Redrives the jobs whose failures are replayed, those that have not moved on since. */
export const replayJobs = (settings: ReplayJobsSettings) =>
  redriveReplayed(settings, createRedrive(settings));
