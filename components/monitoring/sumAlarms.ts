import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface SummedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * How many metrics an alarm can look at.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
const mostMetrics = 10;

/** What alarms watch that look at the sum of many metrics: as many alarms as it takes, the first without a number. */
export function sumAlarms(
  name: string,
  metrics: readonly SummedMetric[],
  { label, period }: { readonly label: string; readonly period: number },
): { readonly name: string; readonly args: Pick<aws.cloudwatch.MetricAlarmArgs, "metricQueries"> }[] {
  const count = Math.ceil(metrics.length / mostMetrics);
  return Array.from({ length: count }, (_, index) => {
    const own = metrics.slice(index * mostMetrics, (index + 1) * mostMetrics);
    const metricQueries = [sumOf(own, label), ...own.map((metric, at) => queryOf(metric, at, period))];
    return { name: index === 0 ? name : `${name}-${index + 1}`, args: { metricQueries } };
  });
}

/** SUM of a list passes over those without data, where a sum with plus signs would have none. */
function sumOf(metrics: readonly SummedMetric[], label: string) {
  const ids = metrics.map((_, index) => `m${index}`);
  return { id: "sum", expression: `SUM([${ids.join(", ")}])`, label, returnData: true };
}

function queryOf({ namespace, metricName, dimensions }: SummedMetric, index: number, period: number) {
  const metric = { namespace, metricName, dimensions: { ...dimensions }, period, stat: "Sum" };
  return { id: `m${index}`, metric, returnData: false };
}
