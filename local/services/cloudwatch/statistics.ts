/** What CloudWatch keeps of the values of a moment. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const statistics = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
export type Statistic = (typeof statistics)[number];

/** A value that occurred `count` times. */
export function statisticSet(value: number, count = 1): StatisticSet {
  return { sampleCount: count, sum: value * count, minimum: value, maximum: value };
}

export function mergeStatistics(a: StatisticSet | undefined, b: StatisticSet): StatisticSet {
  if (!a) return b;
  return {
    sampleCount: a.sampleCount + b.sampleCount,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

export function statisticOf(set: StatisticSet, statistic: Statistic): number {
  switch (statistic) {
    case "SampleCount":
      return set.sampleCount;
    case "Average":
      return set.sum / set.sampleCount;
    case "Sum":
      return set.sum;
    case "Minimum":
      return set.minimum;
    case "Maximum":
      return set.maximum;
  }
}
