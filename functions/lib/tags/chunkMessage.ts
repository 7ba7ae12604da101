import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { TagFailure } from "./tagChunk";
import type { TagGroup, Tags } from "./tagGroup";
import { mostPerCall } from "./taggingApi";

/** Resources of a group that are to be tagged together. */
export interface ChunkMessage {
  readonly groupKey: string;
  readonly groupValue: string;
  readonly tags: Tags;
  /** 1 to 20. */
  readonly arns: readonly string[];
}

/** The most that SendMessageBatch takes, and bytes that are far below its limit. */
const mostPerBatch = 10;
const batchBytes = 200_000;

/** Puts chunks on a queue, several by a call. `flush` sends those that are left. */
export function createChunkSender(client: SQSClient, QueueUrl: string) {
  let waiting: string[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const bodies = waiting;
    waiting = [];
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    );
    // One by one, so that the error is told that hinders them.
    for (const { Id } of Failed) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: bodies[Number(Id)] }));
    }
  };
  const send = async ({ groupKey, groupValue, tags }: TagGroup, arns: readonly string[]): Promise<void> => {
    const body = JSON.stringify({ groupKey, groupValue, tags, arns });
    const bytes = [...waiting, body].reduce((sum, each) => sum + Buffer.byteLength(each), 0);
    if (waiting.length === mostPerBatch || bytes > batchBytes) await flush();
    waiting.push(body);
  };
  return { send, flush };
}

/** Sets aside what could not be tagged, with the reasons; sent back to the queue it is tried again. */
export async function setAside(
  client: SQSClient,
  QueueUrl: string,
  message: ChunkMessage,
  failures: readonly TagFailure[],
): Promise<void> {
  const arns = failures.map(({ arn }) => arn);
  const MessageBody = JSON.stringify({ ...message, arns, failures });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

/** @throws for what is no such message */
export function parseChunkMessage(body: string): ChunkMessage {
  const value: unknown = JSON.parse(body);
  const { groupKey, groupValue, tags, arns } = (value ?? {}) as Partial<ChunkMessage>;
  const whole =
    typeof groupKey === "string" &&
    typeof groupValue === "string" &&
    isTextMap(tags) &&
    Array.isArray(arns) &&
    arns.length >= 1 &&
    arns.length <= mostPerCall &&
    arns.every((arn) => typeof arn === "string");
  if (whole) return { groupKey, groupValue, tags, arns };
  throw new Error(`a message has groupKey, groupValue, tags and 1 to ${mostPerCall} arns`);
}

function isTextMap(value: unknown): value is Tags {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  );
}
