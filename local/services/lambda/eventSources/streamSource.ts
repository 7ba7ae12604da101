import type { Principal } from "../../../iam/principal";

/** What a mapping needs of a record of a DynamoDB stream; the rest is handed on as it is. */
export interface StreamRecord {
  readonly dynamodb: {
    /** Seconds since the epoch. */
    readonly ApproximateCreationDateTime: number;
    readonly SequenceNumber: string;
  };
}

export interface StreamReader {
  /** Up to `limit` records in order; waits until there is at least one or `signal` aborts (then returns []). */
  next(limit: number, signal: AbortSignal): Promise<readonly StreamRecord[]>;
  /** How many records of the stream have been read, from its beginning on. */
  readonly position: number;
  /** Goes on from a position that an earlier run had. */
  seek(position: number): void;
  close(): void;
}

export type StreamPosition = "TRIM_HORIZON" | "LATEST";

/** Where the records of streams come from; they are read as `principal`, the function's role. */
export interface StreamSource {
  /** @throws AwsError ResourceNotFoundException when there is no such stream */
  open(
    streamArn: string,
    position: StreamPosition,
    principal: Principal,
  ): Promise<StreamReader> | StreamReader;
}
