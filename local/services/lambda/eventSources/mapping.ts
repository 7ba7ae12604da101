import { AwsError } from "../../service";
import { checkDestination, streamDestinations } from "../destinations";
import { checkRange } from "../functionInput";
import { compileFilter, type Filter, type FilterCriteria } from "./filter";
import type { StreamPosition } from "./streamSource";

/** What CreateEventSourceMapping takes, under Pulumi's names. */
export interface EventSourceMappingInput {
  /** A name or an ARN. */
  readonly functionName: string;
  /** Of an SQS queue or a DynamoDB stream. */
  readonly eventSourceArn: string;
  /** @default true */
  readonly enabled?: boolean;
  /** @default 10 for queues, 100 for streams */
  readonly batchSize?: number;
  /** @default 0 */
  readonly maximumBatchingWindowInSeconds?: number;
  readonly functionResponseTypes?: readonly string[];
  readonly filterCriteria?: FilterCriteria;
  /** Queues only; 2 to 1,000. */
  readonly scalingConfig?: { readonly maximumConcurrency?: number };
  /** Streams only, where it is required. */
  readonly startingPosition?: string;
  /** Streams only. -1 retries without end. @default -1 */
  readonly maximumRetryAttempts?: number;
  /** Streams only. @default false */
  readonly bisectBatchOnFunctionError?: boolean;
  /** Streams only. -1 stands for the stream's own 24 hours. @default -1 */
  readonly maximumRecordAgeInSeconds?: number;
  /** Streams only. Checked, and without effect: the streams of the local cloud have one shard, which is read in order. */
  readonly parallelizationFactor?: number;
  /** Streams only: an SQS queue or an SNS topic. */
  readonly destinationConfig?: { readonly onFailure?: { readonly destinationArn: string } };
}

/** A mapping with its defaults. */
export interface EventSourceMapping {
  readonly source: "sqs" | "dynamodb";
  readonly eventSourceArn: string;
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  readonly reportsFailures: boolean;
  readonly filter: Filter;
  readonly maximumConcurrency: number | undefined;
  readonly startingPosition: StreamPosition;
  /** Infinity retries without end. */
  readonly maximumRetryAttempts: number;
  readonly bisects: boolean;
  readonly maximumRecordAgeMilliseconds: number;
  readonly onFailureArn: string | undefined;
}

const day = 24 * 60 * 60;

/** @throws AwsError where CreateEventSourceMapping would refuse the input */
export function eventSourceMapping(input: EventSourceMappingInput): EventSourceMapping {
  const { eventSourceArn } = input;
  const source = sourceOf(eventSourceArn);
  const { batchSize = source === "sqs" ? 10 : 100, maximumBatchingWindowInSeconds: window = 0 } = input;
  checkRange(batchSize, "batchSize", 1, 10_000);
  checkRange(window, "maximumBatchingWindowInSeconds", 0, 300);
  if (source === "sqs") checkQueueInput(input, batchSize, window);
  const attempts = input.maximumRetryAttempts ?? -1;
  const age = input.maximumRecordAgeInSeconds ?? -1;
  return {
    ...{ source, eventSourceArn, batchSize },
    windowMilliseconds: window * 1000,
    reportsFailures: responseTypes(input.functionResponseTypes ?? []),
    filter: compileFilter(input.filterCriteria ?? {}),
    maximumConcurrency: input.scalingConfig?.maximumConcurrency,
    startingPosition: source === "sqs" ? "TRIM_HORIZON" : checkStreamInput(input),
    maximumRetryAttempts: attempts === -1 ? Infinity : attempts,
    bisects: input.bisectBatchOnFunctionError ?? false,
    maximumRecordAgeMilliseconds: (age === -1 ? day : Math.min(age, day)) * 1000,
    onFailureArn: input.destinationConfig?.onFailure?.destinationArn,
  };
}

function sourceOf(arn: string): EventSourceMapping["source"] {
  if (/^arn:aws:sqs:[^:]+:\d{12}:[^:/]+$/.test(arn)) return "sqs";
  if (/^arn:aws:dynamodb:[^:]+:\d{12}:table\/[^/]+\/stream\/.+$/.test(arn)) return "dynamodb";
  throw refusal(`Unrecognized event source. (${arn})`);
}

function responseTypes(types: readonly string[]): boolean {
  if (types.every((type) => type === "ReportBatchItemFailures")) return types.length > 0;
  throw refusal("FunctionResponseTypes may only hold ReportBatchItemFailures.");
}

const streamOnly = [
  ...["startingPosition", "maximumRetryAttempts", "bisectBatchOnFunctionError"],
  ...["maximumRecordAgeInSeconds", "parallelizationFactor", "destinationConfig"],
] as const satisfies readonly (keyof EventSourceMappingInput)[];

function checkQueueInput(input: EventSourceMappingInput, batchSize: number, window: number): void {
  const fifo = input.eventSourceArn.endsWith(".fifo");
  if (fifo && window > 0) throw refusal("Batching window is not supported for FIFO queues");
  if (fifo) checkRange(batchSize, "batchSize", 1, 10);
  if (batchSize > 10 && window === 0) {
    throw refusal(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  const { maximumConcurrency } = input.scalingConfig ?? {};
  if (maximumConcurrency !== undefined) {
    checkRange(maximumConcurrency, "scalingConfig.maximumConcurrency", 2, 1000);
  }
  const unsupported = streamOnly.find((name) => input[name] !== undefined);
  if (unsupported !== undefined)
    throw refusal(`Unsupported parameter for given event source type: ${unsupported}`);
}

function checkStreamInput(input: EventSourceMappingInput): StreamPosition {
  checkRange(input.maximumRetryAttempts ?? -1, "maximumRetryAttempts", -1, 10_000);
  checkRange(input.parallelizationFactor ?? 1, "parallelizationFactor", 1, 10);
  const age = input.maximumRecordAgeInSeconds ?? -1;
  if (age !== -1) checkRange(age, "maximumRecordAgeInSeconds", 60, 604_800);
  const { destinationArn } = input.destinationConfig?.onFailure ?? {};
  if (destinationArn !== undefined) checkDestination(destinationArn, streamDestinations);
  if (input.scalingConfig) throw refusal("Unsupported parameter for given event source type: scalingConfig");
  const { startingPosition } = input;
  if (startingPosition === "TRIM_HORIZON" || startingPosition === "LATEST") return startingPosition;
  throw refusal(
    startingPosition === undefined
      ? "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
      : "Unsupported starting position for DynamoDB event source.",
  );
}

function refusal(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}
