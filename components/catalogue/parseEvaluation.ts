import type { CatalogueIssue } from "./catalogueError";
import { durationRule, parseDuration } from "./duration";
import type { Datapoints } from "./trigger";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** Source: PutMetricAlarm of the CloudWatch API. The first two need data of high resolution. */
const shortPeriods = [10, 30];

/** Reads the time over which data are summed up, in seconds. @default 1m */
export function parsePeriod(key: string, value: unknown, issues: CatalogueIssue[]): number {
  if (value === undefined) return minute;
  const seconds = parseDuration(value);
  if (seconds !== undefined && (shortPeriods.includes(seconds) || seconds % minute === 0)) return seconds;
  const rule = seconds === undefined ? durationRule : "a period is 10s, 30s or whole minutes";
  issues.push({ key, value, rule, remedy: "Write for example 1m, or leave it out." });
  return minute;
}

/** Reads how many of the newest periods must meet the condition, such as `2 of 3`. @default 1 of 1 */
export function parseDatapoints(
  key: string,
  value: unknown,
  periodSeconds: number,
  issues: CatalogueIssue[],
): Datapoints {
  const once = { toAlarm: 1, evaluated: 1 };
  const [, needed, count] =
    /^([1-9]\d{0,3}) of ([1-9]\d{0,3})$/.exec(typeof value === "string" ? value : "") ?? [];
  const [toAlarm, evaluated] = value === undefined ? [1, 1] : [Number(needed), Number(count)];
  const rule = datapointsRule(toAlarm, evaluated, periodSeconds);
  if (rule === undefined) return { toAlarm, evaluated };
  issues.push({ key, value, rule, remedy: "Write for example 2 of 3, or leave it out." });
  return once;
}

/** The rule that is broken. Source: PutMetricAlarm of the CloudWatch API */
function datapointsRule(toAlarm: number, evaluated: number, periodSeconds: number): string | undefined {
  if (!(toAlarm <= evaluated)) return 'datapoints are "M of N": whole numbers, M at most N';
  const [longest, words] = periodSeconds < hour ? [day, "a day"] : [7 * day, "seven days"];
  if (evaluated * periodSeconds <= longest) return undefined;
  return `an alarm looks back ${words} at most with such a period: N times the period, here ${evaluated * periodSeconds} s`;
}
