import type { JsonObject } from "./job";

export type Comparison = ">" | ">=" | "<" | "<=";

/** When a metric opens an alarm. */
export interface Condition {
  readonly comparison: Comparison;
  readonly threshold: number;
}

/**
 * The part that is used of what CloudWatch hands to a function that is an action of an alarm.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export interface AlarmEvent {
  readonly alarmArn: string;
  readonly alarmData: {
    readonly alarmName: string;
    readonly state: AlarmState;
    readonly previousState: Pick<AlarmState, "value">;
  };
}

export interface AlarmState {
  readonly value: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  readonly reason: string;
  /** JSON text; missing where somebody set the state by hand. */
  readonly reasonData?: string;
  /** For example `2023-08-04T12:36:15.490+0000`. */
  readonly timestamp: string;
}

/** The alarm of a trigger: named after the table too, whose name no other stack has. */
export function alarmNameOf(trigger: string, tableName: string): string {
  return `${trigger}-${tableName}`;
}

/** Whether the alarm has opened just now. */
export function hasOpened({ alarmData: { state, previousState } }: AlarmEvent): boolean {
  return state.value === "ALARM" && previousState.value !== "ALARM";
}

/** When the alarm entered its state, in milliseconds since the epoch. @throws when that is no time */
export function stateTime({ alarmData: { state } }: AlarmEvent): number {
  const time = Date.parse(state.timestamp.replace(/\+0000$/, "Z"));
  if (Number.isNaN(time)) throw new Error(`the state's timestamp is "${state.timestamp}", which is no time`);
  return time;
}

/**
 * What an alarm gives to the job that it starts: `alarm`, `value`, `time` (ISO 8601) and `reason`. There is no value
 * where missing data or a person opened the alarm.
 */
export function alarmParameters(event: AlarmEvent, condition: Condition): JsonObject {
  const { alarmName, state } = event.alarmData;
  const value = openingValue(state.reasonData, condition);
  return {
    alarm: alarmName,
    ...(value === undefined ? {} : { value }),
    time: new Date(stateTime(event)).toISOString(),
    reason: state.reason,
  };
}

interface ReasonData {
  readonly evaluatedDatapoints?: readonly { readonly timestamp?: unknown; readonly value?: unknown }[];
}

/** The newest of the evaluated data points that meet the condition: of "2 of 3" one may not. */
function openingValue(reasonData: string | undefined, condition: Condition): number | undefined {
  const { evaluatedDatapoints: points } = JSON.parse(reasonData ?? "{}") as ReasonData;
  if (!Array.isArray(points)) return undefined;
  const opening = (points as NonNullable<ReasonData["evaluatedDatapoints"]>).flatMap(
    ({ timestamp, value }) =>
      typeof value === "number" && meets(value, condition) ? [{ time: String(timestamp), value }] : [],
  );
  opening.sort((a, b) => (a.time < b.time ? 1 : -1));
  return opening[0]?.value;
}

function meets(value: number, { comparison, threshold }: Condition): boolean {
  switch (comparison) {
    case ">":
      return value > threshold;
    case ">=":
      return value >= threshold;
    case "<":
      return value < threshold;
    case "<=":
      return value <= threshold;
  }
}
