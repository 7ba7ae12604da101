import {
  datapointsNeeded,
  type AlarmConfiguration,
  type ComparisonOperator,
  type Datapoint,
  type MissingDataTreatment,
  type StateValue,
} from "./alarm";

/** What an evaluation comes to. */
export interface Outcome {
  /** Undefined: the state stays as it is. */
  readonly value: StateValue | undefined;
  /** The data points that were evaluated, newest first. */
  readonly datapoints: readonly Datapoint[];
  /** How many missing ones were taken as breaching or not breaching. */
  readonly filled: number;
}

/** AWS looks at more periods than it evaluates; its examples show two more. */
const periodsBeyond = 2;

/** How many of the newest periods an evaluation looks at: the evaluation range. */
export function evaluationRange({ evaluationPeriods }: AlarmConfiguration): number {
  return evaluationPeriods + periodsBeyond;
}

/**
 * The state that data lead to.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * @param range a data point, or undefined where it is missing, for each period of the evaluation range, newest first
 */
export function evaluate(alarm: AlarmConfiguration, range: readonly (Datapoint | undefined)[]): Outcome {
  const datapoints = range.filter((point) => point !== undefined).slice(0, alarm.evaluationPeriods);
  const absent = alarm.evaluationPeriods - datapoints.length;
  const breaching = datapoints.filter((point) => isBreaching(alarm, point.value)).length;
  const needed = datapointsNeeded(alarm);
  const decide = (count: number): StateValue => (count >= needed ? "ALARM" : "OK");
  const treatment = treatmentOf(alarm);
  if (absent === 0) return { value: decide(breaching), datapoints, filled: 0 };
  if (treatment === "breaching") return { value: decide(breaching + absent), datapoints, filled: absent };
  if (treatment === "notBreaching") return { value: decide(breaching), datapoints, filled: absent };
  return { value: undecided(), datapoints, filled: 0 };

  function undecided(): StateValue | undefined {
    if (breaching >= needed) return "ALARM";
    if (breaching < datapoints.length) return "OK";
    if (treatment === "ignore") return undefined;
    return isOldBreach(range, needed) ? "ALARM" : "INSUFFICIENT_DATA";
  }
}

/** Whether a value is on the wrong side of the threshold. */
export function isBreaching(
  { comparisonOperator, threshold }: { comparisonOperator: ComparisonOperator; threshold: number },
  value: number,
): boolean {
  switch (comparisonOperator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

/** Alarms on metrics of DynamoDB ignore missing data whatever they say. */
function treatmentOf({ treatMissingData = "missing", metric }: AlarmConfiguration): MissingDataTreatment {
  return metric.namespace === "AWS/DynamoDB" ? "ignore" : treatMissingData;
}

/**
 * Whether, where no data point is within the threshold, the oldest is at least as old as the number that an alarm needs:
 * fewer than that number then suffice.
 */
function isOldBreach(range: readonly (Datapoint | undefined)[], needed: number): boolean {
  return range.findLastIndex((point) => point !== undefined) + 1 >= needed;
}
