import { isRecord, textAt, type JsonRecord } from "./json";
import { JsonApiError, type JsonApi } from "./jsonApi";
import type { StreamRange } from "./deadLetter";

/** Changes that a table's stream no longer has: it keeps them for 24 hours. */
export class ExpiredChangesError extends Error {
  override readonly name = "ExpiredChangesError";
}

/** A page holds 1 MB, and may be empty although others follow. */
const mostPages = 1000;

/** The names of errors that say that the beginning of the range, or its whole shard, is gone. */
const expired = ["TrimmedDataAccessException", "ResourceNotFoundException"];

/**
 * Reads changes of a table from its stream once more, in the form in which Lambda gives them to functions.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 * @throws ExpiredChangesError; JsonApiError
 */
export async function readChanges(streams: JsonApi, range: StreamRange): Promise<JsonRecord[]> {
  try {
    return await readShard(streams, range);
  } catch (error) {
    if (!(error instanceof JsonApiError && expired.includes(error.name))) throw error;
    throw new ExpiredChangesError(`the stream no longer has ${range.first} of ${range.shardId}`, {
      cause: error,
    });
  }
}

async function readShard(streams: JsonApi, { streamArn, shardId, first, last }: StreamRange) {
  const start = { StreamArn: streamArn, ShardId: shardId, SequenceNumber: first };
  const position = await streams.call("GetShardIterator", {
    ...start,
    ShardIteratorType: "AT_SEQUENCE_NUMBER",
  });
  const changes: JsonRecord[] = [];
  let iterator = textAt(position, "ShardIterator");
  for (let pages = 0; iterator !== undefined && pages < mostPages; pages++) {
    const page = await streams.call("GetRecords", { ShardIterator: iterator });
    const records = Array.isArray(page["Records"]) ? page["Records"].filter(isRecord) : [];
    changes.push(...records.filter((record) => sequenceNumber(record) <= BigInt(last)));
    if (records.some((record) => sequenceNumber(record) >= BigInt(last))) {
      return changes.map((record) => ({ ...record, eventSourceARN: streamArn }));
    }
    iterator = textAt(page, "NextShardIterator");
  }
  throw new Error(`${shardId} of the stream was read to its end without ${last}`);
}

function sequenceNumber(record: JsonRecord): bigint {
  return BigInt(textAt(record, "dynamodb", "SequenceNumber") ?? "0");
}
