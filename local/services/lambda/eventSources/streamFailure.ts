import type { DestinationRecord } from "../destinations";
import type { InvocationResult } from "../invocation";
import type { StreamRecord } from "./streamSource";

export interface StreamFailure {
  readonly functionArn: string;
  readonly streamArn: string;
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  /** The last answer; undefined for records that expired before any. */
  readonly result: InvocationResult | undefined;
  readonly invocations: number;
  readonly records: readonly StreamRecord[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The one shard of a stream here. */
const shardId = "shardId-00000000000000000000-00000000";

/**
 * What Lambda tells the destination of records that it discards: where they are in the stream, not what they say.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function streamFailureRecord(failure: StreamFailure): DestinationRecord & Record<string, unknown> {
  const { functionArn, streamArn, condition, result, invocations, records, now } = failure;
  const { functionError } = result ?? {};
  const first = records[0]?.dynamodb;
  const last = records.at(-1)?.dynamodb;
  return {
    requestContext: {
      ...(result && { requestId: result.requestId }),
      functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        ...(functionError && { functionError }),
      },
    }),
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  };
}

/** To the second, as AWS gives it. */
function arrival(change: StreamRecord["dynamodb"] | undefined): string | undefined {
  if (!change) return undefined;
  return new Date(change.ApproximateCreationDateTime * 1000).toISOString().replace(/\.\d{3}Z$/, "Z");
}
