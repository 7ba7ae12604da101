import { isRecord, textAt, type JsonRecord } from "./json";

/** Where changes of the table's items lie in its stream. */
export interface StreamRange {
  readonly streamArn: string;
  readonly shardId: string;
  /** Both belong to it. */
  readonly first: string;
  readonly last: string;
}

/** What a dead letter is. */
export type DeadLetter =
  /** An event that Lambda gave up on: it has the event. */
  | {
      readonly kind: "invocation";
      readonly functionArn: string;
      readonly condition: string;
      readonly event: unknown;
      /** What the function threw last. */
      readonly error?: string;
    }
  /** Changes of the table that Lambda gave up on: it says only where they are. */
  | {
      readonly kind: "changes";
      readonly functionArn: string;
      readonly condition: string;
      readonly range: StreamRange;
      readonly count: number;
      readonly arrivedAt: string;
    }
  /** A message as it was on the queue where it failed. */
  | { readonly kind: "message"; readonly content: unknown }
  | { readonly kind: "unreadable" };

/**
 * Says what a message on a dead-letter queue is.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function readDeadLetter(body: string): DeadLetter {
  const content = parse(body);
  if (!isRecord(content)) return { kind: "unreadable" };
  const { requestContext, requestPayload, responsePayload, DDBStreamBatchInfo: batch } = content;
  if (!isRecord(requestContext) || typeof requestContext["functionArn"] !== "string") {
    return { kind: "message", content };
  }
  const { functionArn, condition } = requestContext;
  const failed = { functionArn, condition: String(condition) };
  const changes = isRecord(batch) ? readBatch(batch) : undefined;
  if (changes) return { kind: "changes", ...failed, ...changes };
  if (requestPayload === undefined) return { kind: "message", content };
  return { kind: "invocation", ...failed, event: requestPayload, ...readError(responsePayload) };
}

function readBatch(batch: JsonRecord) {
  const [streamArn, shardId] = [textAt(batch, "streamArn"), textAt(batch, "shardId")];
  const [first, last] = [textAt(batch, "startSequenceNumber"), textAt(batch, "endSequenceNumber")];
  if (streamArn === undefined || shardId === undefined || !isNumber(first) || !isNumber(last))
    return undefined;
  return {
    range: { streamArn, shardId, first, last },
    count: Number(batch["batchSize"]),
    arrivedAt: textAt(batch, "approximateArrivalOfFirstRecord") ?? "an unknown time",
  };
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}

/** A function that throws answers so; one that runs out of time has a message only. */
function readError(payload: unknown): { error?: string } {
  if (!isRecord(payload)) return {};
  const parts = [payload["errorType"], payload["errorMessage"]].filter((part) => typeof part === "string");
  return parts.length === 0 ? {} : { error: parts.join(": ") };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
