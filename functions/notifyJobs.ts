import { PublishCommand, SNSClient, type MessageAttributeValue } from "@aws-sdk/client-sns";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { jobEvent, subjectLine } from "./lib/cloudEvent";
import { isTerminal, type JobRecord } from "./lib/job";
import { logEvent } from "./lib/logEvent";
import { handleJobChanges } from "./lib/streamBatch";

export interface NotifyJobsSettings {
  readonly topicArn: string;
}

/** Tells everyone how a job ended: the one place that notifies, fed by what the table says. */
export const notifyJobs = ({ topicArn }: NotifyJobsSettings) => {
  const client = new SNSClient({});
  const notify = async (job: JobRecord, before: JobRecord | undefined): Promise<void> => {
    // Only the change to a terminal status; a job that has ended can still change, by a late answer.
    if (!isTerminal(job.status) || (before && isTerminal(before.status))) return;
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectLine(job),
        Message: JSON.stringify(jobEvent(job)),
        MessageAttributes: attributesOf(job),
      }),
    );
    logEvent("job ended", { jobId: job.jobId, process: job.process, status: job.status });
  };
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    handleJobChanges(event, notify);
};

/** What subscribers can filter by. */
function attributesOf({ status, process, client }: JobRecord): Record<string, MessageAttributeValue> {
  const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });
  return {
    status: text(status),
    process: text(process),
    ...(client === undefined ? {} : { client: text(client) }),
  };
}
