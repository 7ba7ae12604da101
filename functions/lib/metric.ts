/** A count for CloudWatch, by kind. */
export interface CountedMetric {
  readonly name: string;
  /** The dimension that tells kinds apart, beside the function's name. */
  readonly dimension: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Where the metrics of a stack are; the function's name tells stacks apart. */
export const metricNamespace = "Jobrelay";

/** What makes a metric of a member of a log line. */
export interface EmbeddedMetric {
  /** Of the metric, and of the member that has its value. */
  readonly name: string;
  readonly unit: "Count" | "Milliseconds";
  /** Sets of members that tell metrics apart: each combination that occurs is a metric, and costs. */
  readonly dimensions: readonly (readonly string[])[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The member `_aws` of a line in the embedded metric format.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetric({ name, unit, dimensions, at }: EmbeddedMetric): object {
  const metrics = [{ Name: name, Unit: unit }];
  return {
    Timestamp: at,
    CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: dimensions, Metrics: metrics }],
  };
}

/**
 * Counts in the embedded metric format: CloudWatch makes a metric of each line, for the function as a whole and for each
 * kind. Straight to the standard output, since `console.log` would put the line inside another, where no metric is seen.
 */
export function countMetric({ name, dimension, counts }: CountedMetric, functionName: string): void {
  for (const [kind, count] of Object.entries(counts)) {
    const dimensions = [["FunctionName"], ["FunctionName", dimension]];
    const _aws = embeddedMetric({ name, unit: "Count", dimensions, at: Date.now() });
    const line = { _aws, FunctionName: functionName, [dimension]: kind, [name]: count };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
