import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** An event as a test writes it: its type and what its details say. */
export type EventLine = readonly [type: string, details?: object];

/** The time of the `index`th event: one a second. */
export const second = (index: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();

/** A history as GetExecutionHistory gives it, without inputs and outputs; the first event is that of second 0. */
export function historyOf(lines: readonly EventLine[]): HistoryEvent[] {
  return lines.map(([type, details], index) => {
    const name = /State(Entered|Exited)$/.exec(type)?.[0] ?? type;
    const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
    return {
      id: index + 1,
      previousEventId: index,
      timestamp: new Date(second(index)),
      type,
      ...(details === undefined ? {} : { [field]: details }),
    } as HistoryEvent;
  });
}

export const entered = (name: string): EventLine => ["TaskStateEntered", { name }];
export const exited = (name: string): EventLine => ["TaskStateExited", { name }];
const handoff = { resourceType: "sqs", resource: "sendMessage.waitForTaskToken" };
/** A hand-off up to its wait. */
export const asked: readonly EventLine[] = [
  ["TaskScheduled", handoff],
  ["TaskStarted", handoff],
  ["TaskSubmitted", handoff],
];
const container = { resourceType: "batch", resource: "submitJob.sync" };
/** A container up to its run. */
export const contained: readonly EventLine[] = [
  ["TaskScheduled", container],
  ["TaskStarted", container],
  ["TaskSubmitted", container],
];
/** A function up to its answer. */
export const invoked: readonly EventLine[] = [
  ["LambdaFunctionScheduled", { resource: "arn:aws:lambda:us-east-1:000000000000:function:f" }],
  ["LambdaFunctionStarted"],
];
/** A state of the workflow itself that fails, as the one does that ends a job. */
export const recorded = (name: string, end: string): readonly EventLine[] => [
  entered(name),
  ["TaskScheduled", { resourceType: "dynamodb", resource: "updateItem" }],
  ["TaskStarted", { resourceType: "dynamodb", resource: "updateItem" }],
  [end, { resourceType: "dynamodb", resource: "updateItem", error: "DynamoDB.X", cause: "not a step's" }],
];
