import type { InvocationResult } from "../invocation";
import { batchFailures } from "./batchResponse";
import type { EventSourceMapping } from "./mapping";
import type { StreamRecord } from "./streamSource";

/** Records that are delivered together, and what has been tried with them. */
export interface StreamBatch {
  readonly records: readonly StreamRecord[];
  /** Retries used; dividing a batch uses none. */
  readonly retries: number;
  readonly invocations: number;
}

/** What comes of an invocation: batches still to deliver in this order, at once or after a pause, or an end. */
export type NextStep =
  | { readonly kind: "continue"; readonly batches: readonly StreamBatch[] }
  | { readonly kind: "retry"; readonly batch: StreamBatch }
  | { readonly kind: "discard"; readonly batch: StreamBatch };

/**
 * Decides what follows the function's answer to a batch. What precedes the lowest failed record is done; with
 * bisecting the rest is halved, or cut at the record that the function reported, until one record is left.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html and services-ddb-batchfailurereporting.html
 */
export function nextStep(
  batch: StreamBatch,
  result: InvocationResult,
  mapping: EventSourceMapping,
): NextStep {
  const { records, retries } = batch;
  const invocations = batch.invocations + 1;
  const identifiers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const failures = batchFailures(result, identifiers, mapping.reportsFailures);
  if (failures !== "all" && failures.size === 0) return { kind: "continue", batches: [] };
  const lowest = failures === "all" ? 0 : identifiers.findIndex((identifier) => failures.has(identifier));
  const rest = { records: records.slice(lowest), retries, invocations };
  if (mapping.bisects && rest.records.length > 1) {
    return { kind: "continue", batches: lowest > 0 ? [rest] : halves(rest) };
  }
  return retries < mapping.maximumRetryAttempts
    ? { kind: "retry", batch: { ...rest, retries: retries + 1 } }
    : { kind: "discard", batch: rest };
}

function halves(batch: StreamBatch): StreamBatch[] {
  const middle = Math.ceil(batch.records.length / 2);
  const part = (first: number, end?: number) => ({ ...batch, records: batch.records.slice(first, end) });
  return [part(0, middle), part(middle)];
}

/** Divides the batch into records that are too old, which come first in a stream, and the others. */
export function splitByAge(
  batch: StreamBatch,
  oldest: number,
): { readonly expired: StreamBatch; readonly current: StreamBatch } {
  const isExpired = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime * 1000 < oldest;
  const current = batch.records.findIndex((record) => !isExpired(record));
  const count = current === -1 ? batch.records.length : current;
  return {
    expired: { ...batch, records: batch.records.slice(0, count) },
    current: { ...batch, records: batch.records.slice(count) },
  };
}
