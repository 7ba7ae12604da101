import type * as pulumi from "@pulumi/pulumi";
import { metricNamespace } from "../../functions/lib/metric";
import { costs } from "./costs";
import type { WatchedFunction, WatchedParts, WatchedTable } from "./stackParts";
import { graph, layOut, rowsOf, type Graph, type Line, type Widget } from "./widgets";

/** What a dashboard shows, beside the parts. */
export interface DashboardFacts {
  readonly region: pulumi.Input<string>;
  readonly table: WatchedTable;
  readonly alarmArns: readonly pulumi.Input<string>[];
}

const introduction =
  "How the jobs of this stack are doing. What each alarm means and what to do: `docs/operations.md`. " +
  "Dead letters: `npm run deadletters -- list`.";

/** The body of the dashboard, for `pulumi.jsonStringify`. */
export function dashboardBody(parts: WatchedParts, { region, table, alarmArns }: DashboardFacts): object {
  const rows = (graphs: readonly Graph[]) => rowsOf(graphs.flatMap((each) => graph(each, region)));
  const widgets = layOut([
    { height: 2, width: 24, widgets: [{ type: "text", properties: { markdown: introduction } }] },
    { height: 3, width: 24, widgets: alarmStates(alarmArns) },
    ...rows([...executions(parts), timeOf(parts)]),
    ...rows(queues(parts)),
    ...rows([...functions(parts), reconciled(parts)]),
    ...rows(costs(parts, table)),
  ]);
  return { periodOverride: "inherit", widgets };
}

function alarmStates(alarms: DashboardFacts["alarmArns"]): Widget[] {
  // An alarm widget holds a hundred.
  return alarms.length === 0
    ? []
    : [{ type: "alarm", properties: { title: "Alarms", alarms: alarms.slice(0, 100) } }];
}

/** How executions end, and what that says of jobs. */
const ends = {
  Started: "Jobs started",
  Succeeded: "Jobs succeeded",
  Failed: "Jobs failed",
  TimedOut: "Executions out of time",
  Aborted: "Jobs cancelled",
};

function executions({ workflows }: WatchedParts): Graph[] {
  return Object.entries(ends).map(([end, title]) => ({
    title,
    stacked: true,
    lines: workflows.map(({ process, stateMachineArn }) => [
      ...["AWS/States", `Executions${end}`, "StateMachineArn"],
      stateMachineArn,
      { label: process },
    ]),
  }));
}

/** From start to end, so for a process with hand-offs mostly the time of waiting. */
function timeOf({ workflows }: WatchedParts): Graph {
  const line =
    (stat: string) =>
    ({ process, stateMachineArn }: WatchedParts["workflows"][number]): Line => [
      ...["AWS/States", "ExecutionTime", "StateMachineArn"],
      stateMachineArn,
      { label: `${process} ${stat}`, stat },
    ];
  return {
    title: "Time from start to end (ms)",
    lines: ["p50", "p95"].flatMap((stat) => workflows.map(line(stat))),
  };
}

/** Jobs whose events were lost, and those that could not be looked at. */
function reconciled({ reconcilers }: WatchedParts): Graph {
  const metrics = { ReconciledJobs: "repaired", UnreconciledJobs: "could not be" };
  return {
    title: "Reconciled jobs",
    lines: reconcilers.flatMap(({ functionName }) =>
      Object.entries(metrics).map(([metric, label]): Line => [
        metricNamespace,
        metric,
        "FunctionName",
        functionName,
        { label },
      ]),
    ),
  };
}

function queues({ queues, deadLetters }: WatchedParts): Graph[] {
  const line =
    (metric: string) =>
    ({ name, queueName }: Pick<WatchedParts["queues"][number], "name" | "queueName">): Line => [
      ...["AWS/SQS", metric, "QueueName"],
      queueName,
      { label: name },
    ];
  const stat = "Maximum";
  return [
    {
      title: "Age of the oldest message (s)",
      stat,
      lines: queues.map(line("ApproximateAgeOfOldestMessage")),
    },
    { title: "Messages waiting", stat, lines: queues.map(line("ApproximateNumberOfMessagesVisible")) },
    { title: "Dead letters", stat, lines: deadLetters.map(line("ApproximateNumberOfMessagesVisible")) },
  ];
}

function functions({ functions, streamReaders }: WatchedParts): Graph[] {
  const line =
    (metric: string) =>
    ({ label, functionName }: Pick<WatchedFunction, "label" | "functionName">): Line => [
      ...["AWS/Lambda", metric, "FunctionName"],
      functionName,
      { label },
    ];
  const all = (metric: string) => functions.map(line(metric));
  return [
    { title: "Errors of functions", stacked: true, lines: all("Errors") },
    { title: "Duration, p95 (ms)", stat: "p95", lines: all("Duration") },
    { title: "Throttles", stacked: true, lines: all("Throttles") },
    { title: "Concurrency", stat: "Maximum", lines: all("ConcurrentExecutions") },
    { title: "Behind the stream (ms)", stat: "Maximum", lines: streamReaders.map(line("IteratorAge")) },
  ];
}
