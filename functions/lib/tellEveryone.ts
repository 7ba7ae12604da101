import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  PublishBatchCommand,
  type MessageAttributeValue,
  type PublishBatchRequestEntry,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { busEntry, eventId, jobEvent, subjectLine } from "./cloudEvent";
import type { JobRecord } from "./job";

/** Who is told. */
export interface Ears {
  readonly buses: EventBridgeClient;
  readonly busArn: string;
  readonly topics: SNSClient;
  readonly topicArn: string;
  /** The events that the topic has taken though it refused one before them; they come again, and are not told again. */
  readonly ahead: Set<string>;
}

/** The first job of which not everyone could be told: its index, and why. */
export interface Refusal {
  readonly at: number;
  readonly error: unknown;
}

/**
 * Tells the bus and the topic how jobs ended. Answers with the first job of which one of them did not hear, which is to
 * be tried again, with all jobs after it.
 *
 * The bus hears of each job first: an event that comes twice to the bus does nobody harm, since its archive redrives a
 * job once, while people would read what comes twice to the topic. So what the topic has taken ahead of one that it
 * refused is remembered, for as long as this execution environment lives.
 * @param jobs as many as one request takes, see `entryBatches`
 */
export async function tellEveryone(ears: Ears, jobs: readonly JobRecord[]): Promise<Refusal | undefined> {
  const unheard = await refusalOf(() => putEvents(ears, jobs));
  const heard = jobs.slice(0, unheard?.at);
  if (heard.length === 0) return unheard;
  return (await refusalOf(() => publish(ears, heard))) ?? unheard;
}

/** The most that one of the two counts for a job, in bytes; as JSON, which is a little more than what they count. */
export function entryBytes({ busArn }: Ears, job: JobRecord): number {
  const entries = [busEntry(job, busArn), notification(job, 0)];
  return Math.max(...entries.map((entry) => Buffer.byteLength(JSON.stringify(entry))));
}

/** What a request that fails as a whole refuses is its first job. */
async function refusalOf(request: () => Promise<Refusal | undefined>): Promise<Refusal | undefined> {
  try {
    return await request();
  } catch (error) {
    return { at: 0, error };
  }
}

/** A good answer can refuse entries, too. Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
async function putEvents({ buses, busArn }: Ears, jobs: readonly JobRecord[]): Promise<Refusal | undefined> {
  const command = new PutEventsCommand({ Entries: jobs.map((job) => busEntry(job, busArn)) });
  const { Entries = [] } = await buses.send(command);
  const at = Entries.findIndex(({ ErrorCode }) => ErrorCode !== undefined);
  if (at === -1) return undefined;
  const { ErrorCode, ErrorMessage } = Entries[at] ?? {};
  return { at, error: new Error(`the bus refused the event: ${ErrorCode}: ${ErrorMessage}`) };
}

/** A good answer can refuse entries, too. Source: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
async function publish(
  { topics, topicArn, ahead }: Ears,
  jobs: readonly JobRecord[],
): Promise<Refusal | undefined> {
  const entries = [...jobs.entries()]
    .filter(([, job]) => !ahead.has(eventId(job)))
    .map(([index, job]) => notification(job, index));
  const command = new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries });
  const { Failed = [] } = entries.length > 0 ? await topics.send(command) : {};
  const refused = Failed.map(({ Id }) => Number(Id)).sort((one, other) => one - other);
  const [at] = refused;
  for (const [index, job] of jobs.entries()) {
    if (at !== undefined && index > at && !refused.includes(index)) ahead.add(eventId(job));
    else ahead.delete(eventId(job));
  }
  if (at === undefined) return undefined;
  const { Code, Message } = Failed.find(({ Id }) => Number(Id) === at) ?? {};
  return { at, error: new Error(`the topic refused the message: ${Code}: ${Message}`) };
}

function notification(job: JobRecord, index: number): PublishBatchRequestEntry {
  return {
    Id: String(index),
    Subject: subjectLine(job),
    Message: JSON.stringify(jobEvent(job)),
    MessageAttributes: attributesOf(job),
  };
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
