import type { JsonObject } from "../../jsonProtocol";

/** A task that moves messages, as plain data. */
export interface Move {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  failure?: string;
}

/** As ListMessageMoveTasks gives it. */
export function describeMove(move: Move): JsonObject {
  const { handle, perSecond, failure } = move;
  return {
    ...(move.status === "RUNNING" ? { TaskHandle: handle } : {}),
    Status: move.status,
    SourceArn: move.sourceArn,
    DestinationArn: move.destinationArn,
    ...(perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSecond }),
    ApproximateNumberOfMessagesMoved: move.moved,
    ApproximateNumberOfMessagesToMove: move.toMove,
    ...(failure === undefined ? {} : { FailureReason: failure }),
    StartedTimestamp: move.startedAt,
  };
}
