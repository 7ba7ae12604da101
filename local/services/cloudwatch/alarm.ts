import type { Metric } from "./metric";
import type { Statistic } from "./statistics";

export const stateValues = ["INSUFFICIENT_DATA", "ALARM", "OK"] as const;
export type StateValue = (typeof stateValues)[number];

export const comparisonOperators = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const missingDataTreatments = ["breaching", "notBreaching", "ignore", "missing"] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

/** What PutMetricAlarm says of an alarm. */
export interface AlarmConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly metric: Metric;
  readonly statistic: Statistic;
  /** Seconds. */
  readonly period: number;
  /** Undefined: data of every unit count. */
  readonly unit: string | undefined;
  /** N of "M out of N". */
  readonly evaluationPeriods: number;
  /** M of "M out of N"; undefined is N. */
  readonly datapointsToAlarm: number | undefined;
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
  /** Undefined is `missing`. */
  readonly treatMissingData: MissingDataTreatment | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs of SNS topics and Lambda functions, by the state that is entered. */
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  /** Milliseconds since the epoch. */
  readonly updated: number;
}

/** A state and why the alarm is in it. */
export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData: string | undefined;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** The statistic of a period, as an alarm evaluates it. */
export interface Datapoint {
  /** Start of the period, in milliseconds since the epoch. */
  readonly start: number;
  readonly value: number;
  readonly sampleCount: number;
}

/** A time in the form that alarms give it in texts: `2026-03-01T00:00:00.000+0000`. */
export function alarmTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "+0000");
}

/** M of "M out of N". */
export function datapointsNeeded({ datapointsToAlarm, evaluationPeriods }: AlarmConfiguration): number {
  return datapointsToAlarm ?? evaluationPeriods;
}
