import {
  alarmTime,
  datapointsNeeded,
  type AlarmConfiguration,
  type AlarmState,
  type ComparisonOperator,
  type Datapoint,
  type StateValue,
} from "./alarm";
import { isBreaching, type Outcome } from "./evaluate";

const comparisons: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

export interface Evaluation {
  readonly alarm: AlarmConfiguration;
  readonly outcome: Outcome;
  readonly value: StateValue;
  /** When it was made, in milliseconds since the epoch. */
  readonly now: number;
  /** Start of the newest period. */
  readonly newest: number;
}

/** The state that an evaluation led to, with its reason in the words of CloudWatch. */
export function stateOf(evaluation: Evaluation): AlarmState {
  const { value, now } = evaluation;
  return {
    value,
    reason: value === "INSUFFICIENT_DATA" ? insufficient(evaluation.alarm) : crossed(evaluation),
    reasonData: JSON.stringify(reasonData(evaluation)),
    timestamp: now,
  };
}

function insufficient({ evaluationPeriods: periods }: AlarmConfiguration): string {
  return `Insufficient Data: ${counted(periods, "datapoint")} ${wasOrWere(periods)} unknown.`;
}

function crossed(evaluation: Evaluation): string {
  return `Threshold Crossed: ${received(evaluation)}${treated(evaluation)}${minimum(evaluation)}.`;
}

/** What the data points were: those that speak for the new state, if there are any. */
function received({ alarm, outcome, value }: Evaluation): string {
  const { datapoints } = outcome;
  if (datapoints.length === 0) {
    return `no datapoints were received for ${counted(alarm.evaluationPeriods, "period")}`;
  }
  const speaking = datapoints.filter((point) => isBreaching(alarm, point.value) === (value === "ALARM"));
  const listed = speaking.length > 0 ? speaking : datapoints;
  const breach = speaking.length > 0 === (value === "ALARM");
  const subject =
    alarm.datapointsToAlarm === undefined
      ? counted(listed.length, "datapoint")
      : `${listed.length} out of the last ${alarm.evaluationPeriods} datapoints`;
  const verb = `${wasOrWere(listed.length)} ${breach ? "" : "not "}${comparisons[alarm.comparisonOperator]}`;
  return `${subject} [${listed.map(shown).join(", ")}] ${verb} the threshold (${javaNumber(alarm.threshold)})`;
}

/** What missing data points were taken for. */
function treated({ alarm, outcome: { filled } }: Evaluation): string {
  if (filled === 0) return "";
  const treatment = alarm.treatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  return ` and ${counted(filled, "missing datapoint")} ${wasOrWere(filled)} treated as [${treatment}]`;
}

/** Only for alarms of "M out of N". */
function minimum({ alarm, value }: Evaluation): string {
  if (alarm.datapointsToAlarm === undefined) return "";
  const toAlarm = datapointsNeeded(alarm);
  const needed = value === "ALARM" ? toAlarm : alarm.evaluationPeriods - toAlarm + 1;
  const transition = value === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  return ` (minimum ${counted(needed, "datapoint")} for ${transition} transition)`;
}

function reasonData({ alarm, outcome, now, newest }: Evaluation): object {
  const { datapoints } = outcome;
  const oldest = datapoints.at(-1);
  const evaluated = datapoints.map(({ start, sampleCount, value }) => ({
    timestamp: alarmTime(start),
    sampleCount,
    value,
  }));
  return {
    version: "1.0",
    queryDate: alarmTime(now),
    ...(oldest && { startDate: alarmTime(oldest.start) }),
    ...(alarm.unit !== undefined && { unit: alarm.unit }),
    statistic: alarm.statistic,
    period: alarm.period,
    recentDatapoints: datapoints.map((point) => point.value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.length > 0 ? evaluated : [{ timestamp: alarmTime(newest) }],
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function wasOrWere(count: number): string {
  return count === 1 ? "was" : "were";
}

/** For example `2.0 (01/03/26 00:00:00)`. */
function shown({ start, value }: Datapoint): string {
  const [, year, month, day, time] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(new Date(start).toISOString()) ?? [];
  return `${javaNumber(value)} (${day}/${month}/${year} ${time})`;
}

/** A number as Java writes it, and so CloudWatch: `1.0`, `1.0E7`. */
function javaNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
