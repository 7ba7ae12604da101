import type { WatchedParts, WatchedTable } from "./stackParts";
import type { Graph, Line } from "./widgets";

/** What the bill follows from. */
export function costs(parts: WatchedParts, table: WatchedTable): Graph[] {
  return [
    { title: "State transitions and KMS requests, all of the account", lines: accountWide },
    { title: "Invocations", stacked: true, lines: invocations(parts) },
    { title: "Function time (GB s)", stacked: true, lines: gigabyteSeconds(parts) },
    { title: "Write units of the jobs table", stacked: true, lines: writes(table) },
    { title: "Messages sent to queues", stacked: true, lines: messages(parts) },
  ];
}

/**
 * Neither service says which stack. Sources:
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html (service metrics),
 * https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
 */
const accountWide: readonly Line[] = [
  ["AWS/States", "ConsumedCapacity", "ServiceMetric", "StateTransition", { label: "state transitions" }],
  [
    ...["AWS/Usage", "CallCount", "Service", "KMS", "Type", "API"],
    ...["Resource", "CryptographicOperationsSymmetric", "Class", "None"],
    { label: "KMS requests" },
  ],
];

function invocations({ functions }: WatchedParts): Line[] {
  return functions.map(({ label, functionName }) => [
    ...["AWS/Lambda", "Invocations", "FunctionName"],
    functionName,
    { label },
  ]);
}

/** Milliseconds times MiB, as seconds times GiB. */
function gigabyteSeconds({ functions }: WatchedParts): Line[] {
  return functions.flatMap(({ label, functionName, memoryMb }, index) => [
    [
      ...["AWS/Lambda", "Duration", "FunctionName"],
      functionName,
      { id: `d${index}`, visible: false, stat: "Sum" },
    ],
    [{ id: `g${index}`, expression: `d${index} * ${memoryMb / 1024} / 1000`, label }],
  ]);
}

/** Each write to the table is one to each of its indexes, too. */
function writes({ name, indexes }: WatchedTable): Line[] {
  const table = ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", name];
  return [
    [...table, { label: "table" }],
    ...indexes.map((index) => [...table, "GlobalSecondaryIndexName", index, { label: `index ${index}` }]),
  ];
}

function messages({ queues }: WatchedParts): Line[] {
  return queues.map(({ name, queueName }) => [
    ...["AWS/SQS", "NumberOfMessagesSent", "QueueName"],
    queueName,
    { label: name },
  ]);
}
