import type { Condition } from "../../functions/lib/alarm";

export const statistics = ["Maximum", "Minimum", "Average", "Sum", "SampleCount"] as const;
export type Statistic = (typeof statistics)[number];

/** What a period without data counts as. */
export const missingDataTreatments = ["notBreaching", "breaching", "ignore", "missing"] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

/** A metric of CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Starts a job of a process when a metric meets a condition: once per opening of its alarm, not per evaluation. */
export interface Trigger {
  readonly name: string;
  readonly metric: Metric;
  readonly condition: Condition;
  readonly process: string;
  readonly statistic: Statistic;
  readonly periodSeconds: number;
  readonly datapoints: Datapoints;
  readonly missingData: MissingDataTreatment;
}

/** "M of N": how many of the newest periods must meet the condition. */
export interface Datapoints {
  readonly toAlarm: number;
  readonly evaluated: number;
}

/** Every trigger of a stack, by name. */
export type Triggers = Readonly<Record<string, Trigger>>;
