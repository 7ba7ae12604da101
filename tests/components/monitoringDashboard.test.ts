import { deepEqual, equal } from "node:assert/strict";
import { graph, layOut, rowsOf } from "../../components/monitoring/widgets";
import { monitoringAlarms, runMonitoring } from "../helpers/monitoringProgram";

describe("The dashboard of a stack", () => {
  const bodyOf = async (workflows?: readonly string[]) => {
    const { resources } = await runMonitoring("all", workflows ? { workflows } : {});
    const { inputs = {} } = resources.find(({ type }) => type.endsWith(":Dashboard")) ?? {};
    return JSON.parse(String(inputs["dashboardBody"])) as { widgets: { properties: { title?: string } }[] };
  };
  const at = (x: number, y: number) => ({ x, y, width: 8, height: 6 });
  const drawn = (title: string, metrics: unknown[], { stat = "Sum", stacked = false } = {}) => ({
    type: "metric",
    properties: { title, region: "eu-west-1", view: "timeSeries", stacked, stat, period: 300, metrics },
  });

  const execution = (metric: string, process: string, drawing: object = { label: process }) => [
    ...["AWS/States", metric, "StateMachineArn", `arn:${process}`],
    drawing,
  ];
  const ends = (title: string, metric: string) =>
    drawn(title, [execution(metric, "settlement"), execution(metric, "sleep")], { stacked: true });
  const ofQueue = (metric: string, name: string, queueName: string) => [
    ...["AWS/SQS", metric, "QueueName", queueName],
    { label: name },
  ];
  const ofQueues = (metric: string) => [
    ofQueue(metric, "callbacks", "callbacks-1"),
    ofQueue(metric, "egress", "egress-1"),
  ];
  const ofFunction = (metric: string, label: string, drawing: object = { label }) => [
    ...["AWS/Lambda", metric, "FunctionName", `${label}-1`],
    drawing,
  ];
  const ofFunctions = (metric: string) => [
    ofFunction(metric, "start-jobs"),
    ofFunction(metric, "submit-job"),
  ];
  const hidden = (id: string) => ({ id, visible: false, stat: "Sum" });
  const table = ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", "jobs-1"];

  it("is this", async () => {
    deepEqual(await bodyOf(), {
      periodOverride: "inherit",
      widgets: [
        {
          type: "text",
          properties: {
            markdown:
              "How the jobs of this stack are doing. What each alarm means and what to do: `docs/operations.md`. " +
              "Dead letters: `npm run deadletters -- list`.",
          },
          ...{ x: 0, y: 0, width: 24, height: 2 },
        },
        {
          type: "alarm",
          properties: { title: "Alarms", alarms: monitoringAlarms.map((name) => `arn:${name}`) },
          ...{ x: 0, y: 2, width: 24, height: 3 },
        },
        { ...ends("Jobs started", "ExecutionsStarted"), ...at(0, 5) },
        { ...ends("Jobs succeeded", "ExecutionsSucceeded"), ...at(8, 5) },
        { ...ends("Jobs failed", "ExecutionsFailed"), ...at(16, 5) },
        { ...ends("Executions out of time", "ExecutionsTimedOut"), ...at(0, 11) },
        { ...ends("Jobs cancelled", "ExecutionsAborted"), ...at(8, 11) },
        {
          ...drawn(
            "Time from start to end (ms)",
            ["p50", "p95"].flatMap((stat) =>
              ["settlement", "sleep"].map((process) =>
                execution("ExecutionTime", process, { label: `${process} ${stat}`, stat }),
              ),
            ),
          ),
          ...at(16, 11),
        },
        {
          ...drawn("Age of the oldest message (s)", ofQueues("ApproximateAgeOfOldestMessage"), {
            stat: "Maximum",
          }),
          ...at(0, 17),
        },
        {
          ...drawn("Messages waiting", ofQueues("ApproximateNumberOfMessagesVisible"), { stat: "Maximum" }),
          ...at(8, 17),
        },
        {
          ...drawn(
            "Dead letters",
            [
              ofQueue("ApproximateNumberOfMessagesVisible", "callbacks", "callbacks-dead-1"),
              ofQueue("ApproximateNumberOfMessagesVisible", "jobs-stream-failures", "jobs-stream-failures-1"),
            ],
            { stat: "Maximum" },
          ),
          ...at(16, 17),
        },
        { ...drawn("Errors of functions", ofFunctions("Errors"), { stacked: true }), ...at(0, 23) },
        { ...drawn("Duration, p95 (ms)", ofFunctions("Duration"), { stat: "p95" }), ...at(8, 23) },
        { ...drawn("Throttles", ofFunctions("Throttles"), { stacked: true }), ...at(16, 23) },
        { ...drawn("Concurrency", ofFunctions("ConcurrentExecutions"), { stat: "Maximum" }), ...at(0, 29) },
        {
          ...drawn("Behind the stream (ms)", [ofFunction("IteratorAge", "start-jobs")], { stat: "Maximum" }),
          ...at(8, 29),
        },
        {
          ...drawn(
            "Reconciled jobs",
            Object.entries({ ReconciledJobs: "repaired", UnreconciledJobs: "could not be" }).map(
              ([metric, label]) => ["Jobrelay", metric, "FunctionName", "reconcile-jobs-1", { label }],
            ),
          ),
          ...at(16, 29),
        },
        {
          ...drawn("State transitions and KMS requests, all of the account", [
            [
              "AWS/States",
              "ConsumedCapacity",
              "ServiceMetric",
              "StateTransition",
              { label: "state transitions" },
            ],
            [
              ...["AWS/Usage", "CallCount", "Service", "KMS", "Type", "API"],
              ...["Resource", "CryptographicOperationsSymmetric", "Class", "None"],
              { label: "KMS requests" },
            ],
          ]),
          ...at(0, 35),
        },
        { ...drawn("Invocations", ofFunctions("Invocations"), { stacked: true }), ...at(8, 35) },
        {
          ...drawn(
            "Function time (GB s)",
            [
              ofFunction("Duration", "start-jobs", hidden("d0")),
              [{ id: "g0", expression: "d0 * 0.25 / 1000", label: "start-jobs" }],
              ofFunction("Duration", "submit-job", hidden("d1")),
              [{ id: "g1", expression: "d1 * 1 / 1000", label: "submit-job" }],
            ],
            { stacked: true },
          ),
          ...at(16, 35),
        },
        {
          ...drawn(
            "Write units of the jobs table",
            [
              [...table, { label: "table" }],
              [...table, "GlobalSecondaryIndexName", "by-status", { label: "index by-status" }],
            ],
            { stacked: true },
          ),
          ...at(0, 41),
        },
        {
          ...drawn("Messages sent to queues", ofQueues("NumberOfMessagesSent"), { stacked: true }),
          ...at(8, 41),
        },
      ],
    });
  });

  it("has no graph without lines, for CloudWatch refuses it", async () => {
    const { widgets } = await bodyOf([]);
    deepEqual(
      widgets
        .map(({ properties }) => properties.title)
        .filter((title = "") => /^(Jobs|Executions|Time)/.test(title)),
      [],
    );
    deepEqual(graph({ title: "t", lines: [] }, "eu-west-1"), []);
  });

  it("has rows of three, and no row of none", () => {
    const widget = { type: "metric", properties: {} };
    const place = (x: number, y: number, size: object) => ({ ...widget, x, y, ...size });
    const small = { width: 8, height: 6 };
    deepEqual(
      layOut([
        { height: 2, width: 24, widgets: [] },
        { height: 3, width: 24, widgets: [widget] },
        ...rowsOf([]),
        ...rowsOf([widget, widget, widget, widget]),
      ]),
      [
        place(0, 0, { width: 24, height: 3 }),
        place(0, 3, small),
        place(8, 3, small),
        place(16, 3, small),
        place(0, 9, small),
      ],
    );
    equal(rowsOf([widget]).length, 1);
  });
});
