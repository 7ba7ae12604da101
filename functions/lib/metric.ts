/** A count for CloudWatch, by kind. */
export interface CountedMetric {
  readonly name: string;
  /** The dimension that tells kinds apart, beside the function's name. */
  readonly dimension: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Where the metrics of a stack are; the function's name tells stacks apart. */
export const metricNamespace = "Jobrelay";

/**
 * Counts in the embedded metric format: CloudWatch makes a metric of each line, for the function as a whole and for each
 * kind. Straight to the standard output, since `console.log` would put the line inside another, where no metric is seen.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function countMetric({ name, dimension, counts }: CountedMetric, functionName: string): void {
  for (const [kind, count] of Object.entries(counts)) {
    const directive = {
      Namespace: metricNamespace,
      Dimensions: [["FunctionName"], ["FunctionName", dimension]],
      Metrics: [{ Name: name, Unit: "Count" }],
    };
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
    const line = { _aws, FunctionName: functionName, [dimension]: kind, [name]: count };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
