import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient, type MessageAttributeValue } from "@aws-sdk/client-sns";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { busEntry, jobEvent, subjectLine } from "./lib/cloudEvent";
import { isTerminal, type JobRecord } from "./lib/job";
import { logJobEnd } from "./lib/logJobEnd";
import { steadyClient } from "./lib/steadyClient";
import { handleJobChanges } from "./lib/streamBatch";

export interface NotifyJobsSettings {
  readonly topicArn: string;
  readonly busArn: string;
  /** The stack whose metrics the ends of jobs are; empty for none. */
  readonly metricsStack: string;
}

/**
 * Tells everyone how a job ended: the one place that notifies, fed by what the table says.
 *
 * The bus hears of it first. If one of the two fails, both are tried again: an event that comes twice to the bus does
 * nobody harm, since its archive redrives a job once, while people would read what comes twice to the topic.
 */
export const notifyJobs = ({ topicArn, busArn, metricsStack }: NotifyJobsSettings) => {
  const topics = new SNSClient(steadyClient);
  const buses = new EventBridgeClient(steadyClient);
  const notify = async (job: JobRecord, before: JobRecord | undefined): Promise<void> => {
    // Only the change to a terminal status; a job that has ended can still change, by a late answer.
    if (!isTerminal(job.status) || (before && isTerminal(before.status))) return;
    await putEvent(buses, job, busArn);
    await topics.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectLine(job),
        Message: JSON.stringify(jobEvent(job)),
        MessageAttributes: attributesOf(job),
      }),
    );
    logJobEnd(job, metricsStack);
  };
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    handleJobChanges(event, notify);
};

/** @throws when the bus does not take the event, which a good answer can say, too */
async function putEvent(client: EventBridgeClient, job: JobRecord, busArn: string): Promise<void> {
  const command = new PutEventsCommand({ Entries: [busEntry(job, busArn)] });
  const { FailedEntryCount = 0, Entries: [refused] = [] } = await client.send(command);
  if (FailedEntryCount === 0) return;
  throw new Error(`the bus refused the event: ${refused?.ErrorCode}: ${refused?.ErrorMessage}`);
}

/** What subscribers can filter by. */
function attributesOf({ status, process, client }: JobRecord): Record<string, MessageAttributeValue> {
  const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });
  return {
    status: text(status),
    process: text(process),
    ...(client === undefined ? {} : { client: text(client) }),
  };
}
