import type * as aws from "@pulumi/aws";
import { metricNamespace } from "../../functions/lib/metric";
import { runbookLine, type Runbook } from "./runbook";
import type { DeadLetters, WatchedFunction, WatchedParts, WatchedQueue } from "./stackParts";
import { sumAlarms } from "./sumAlarms";

/** An alarm without its actions. */
export interface Alarm {
  readonly name: string;
  readonly args: Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions">;
}

/** Every alarm of a stack. */
export function alarmsOf(parts: WatchedParts): Alarm[] {
  return [
    ...parts.deadLetters.map(deadLetterAlarm),
    ...parts.queues.map(stuckWaitAlarm),
    ...workflowAlarms(parts),
    ...functionAlarms(parts),
    ...parts.streamReaders.map(streamAlarm),
    ...parts.reconcilers.flatMap(reconcileAlarms),
  ];
}

/** Opens with the first dead letter, and stays open until there is none. */
function deadLetterAlarm({ name, queueName }: DeadLetters): Alarm {
  const description = describe(
    "dead-letters",
    `There are dead letters of ${name}: something could not be handled after all retries.`,
    `npm run deadletters -- show ${name}.`,
  );
  const metric = queueMetric("ApproximateNumberOfMessagesVisible", queueName);
  return { name: `dead-letters-${name}`, args: { ...description, ...metric, ...opensAbove(0) } };
}

/** A message that is handled at once never gets old: its consumer fails, is throttled or does not run. */
function stuckWaitAlarm({ name, queueName, oldestSeconds = 900 }: WatchedQueue): Alarm {
  const description = describe(
    "stuck-wait",
    `A message of the queue ${name} has waited for more than ${oldestSeconds / 60} minutes.`,
    "look at the log of its consumer.",
  );
  const metric = queueMetric("ApproximateAgeOfOldestMessage", queueName);
  return { name: `stuck-wait-${name}`, args: { ...description, ...metric, ...opensAbove(oldestSeconds) } };
}

/** Ten minutes, in milliseconds: what cannot be handled holds a shard up for one minute. */
const mostStreamDelay = 600_000;

function streamAlarm({ label, functionName }: WatchedParts["streamReaders"][number]): Alarm {
  const description = describe(
    "stream-behind",
    `${label} is more than ten minutes behind the changes of jobs.`,
    `look at the log of ${label}.`,
  );
  const metric = {
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: functionName },
    statistic: "Maximum",
    period: 300,
  };
  return {
    name: `stream-behind-${label}`,
    args: { ...description, ...metric, ...opensAbove(mostStreamDelay) },
  };
}

/** Repairs say that events are lost. What cannot be repaired is tried again each time, so that it must last to be told. */
function reconcileAlarms({ functionName }: WatchedParts["reconcilers"][number]): Alarm[] {
  const metric = (metricName: string) => ({
    ...{ namespace: metricNamespace, metricName, dimensions: { FunctionName: functionName } },
    ...{ statistic: "Sum", period: 900 },
  });
  const look = "look at the log of reconcile-jobs.";
  return [
    {
      name: "reconciled-jobs",
      args: {
        ...describe("reconciled-jobs", "Jobs were repaired that a lost event had left behind.", look),
        ...metric("ReconciledJobs"),
        ...opensAbove(0),
      },
    },
    {
      name: "unreconciled-jobs",
      args: {
        ...describe("reconciled-jobs", "For three quarters of an hour jobs could not be reconciled.", look),
        ...metric("UnreconciledJobs"),
        ...opensAbove(0, 3),
      },
    },
  ];
}

/** Failures are told one by one to whoever wants to hear of them; this is for operators who do not. */
function workflowAlarms({ workflows }: WatchedParts): Alarm[] {
  const metrics = workflows.flatMap(({ stateMachineArn }) =>
    ["ExecutionsFailed", "ExecutionsTimedOut"].map((metricName) => ({
      namespace: "AWS/States",
      metricName,
      dimensions: { StateMachineArn: stateMachineArn },
    })),
  );
  const description = describe(
    "workflow-failures",
    "Jobs have failed within the last quarter of an hour.",
    "GET /jobs?status=FAILED.",
  );
  return sumAlarms("workflow-failures", metrics, { label: "failed executions", period: 900 }).map(
    ({ name, args }) => ({ name, args: { ...description, ...args, ...opensAbove(0) } }),
  );
}

/** In three periods one after another: single errors are retried, and what they leave becomes a dead letter. */
function functionAlarms({ functions }: WatchedParts): Alarm[] {
  const metrics = functions.map(({ functionName }: WatchedFunction) => ({
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: functionName },
  }));
  const description = describe(
    "function-errors",
    "Functions have failed in each five minutes of the last quarter of an hour.",
    "find the function on the dashboard, and read its log.",
  );
  return sumAlarms("function-errors", metrics, { label: "errors", period: 300 }).map(({ name, args }) => ({
    name,
    args: { ...description, ...args, ...opensAbove(0, 3) },
  }));
}

function describe(runbook: Runbook, happened: string, first: string) {
  return { alarmDescription: runbookLine(runbook, happened, first) };
}

function queueMetric(metricName: string, queueName: WatchedQueue["queueName"]) {
  const dimensions = { QueueName: queueName };
  return { namespace: "AWS/SQS", metricName, dimensions, statistic: "Maximum", period: 300 };
}

/** @param periods how many, one after another */
function opensAbove(threshold: number, periods = 1) {
  return {
    comparisonOperator: "GreaterThanThreshold",
    threshold,
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    // Queues and functions that nobody uses have no data.
    treatMissingData: "notBreaching",
  };
}
