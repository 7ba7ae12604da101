import { createHash, randomUUID } from "node:crypto";
import type { Account } from "../../account";
import { alarmTime, type AlarmConfiguration, type AlarmState, type StateValue } from "./alarm";

/** A change of an alarm's state. */
export interface StateChange {
  readonly alarm: AlarmConfiguration;
  readonly state: AlarmState;
  readonly previousState: AlarmState;
}

/** The event that EventBridge gets whenever an alarm's state changes. */
export interface AlarmStateChangeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "CloudWatch Alarm State Change";
  readonly source: "aws.cloudwatch";
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  /** The alarm's ARN. */
  readonly resources: readonly string[];
  readonly detail: AlarmData;
}

/** What a Lambda function gets that is an action of an alarm. */
export interface AlarmLambdaEvent {
  readonly source: "aws.cloudwatch";
  readonly alarmArn: string;
  readonly accountId: string;
  /** ISO 8601 with milliseconds and `+0000`. */
  readonly time: string;
  readonly region: string;
  readonly alarmData: AlarmData;
}

export interface AlarmData {
  readonly alarmName: string;
  readonly state: EventState;
  readonly previousState: EventState;
  readonly configuration: {
    readonly description?: string;
    readonly metrics: readonly EventMetric[];
  };
}

/** `reasonData` is JSON text. */
export interface EventState {
  readonly value: StateValue;
  readonly reason: string;
  readonly reasonData?: string;
  readonly timestamp: string;
}

export interface EventMetric {
  readonly id: string;
  readonly metricStat: {
    readonly metric: {
      readonly namespace: string;
      readonly name: string;
      readonly dimensions: Readonly<Record<string, string>>;
    };
    /** Seconds. */
    readonly period: number;
    readonly stat: string;
    readonly unit?: string;
  };
  readonly returnData: true;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function alarmStateChangeEvent(
  change: StateChange,
  { accountId, region }: Account,
): AlarmStateChangeEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: accountId,
    time: new Date(change.state.timestamp).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [change.alarm.arn],
    detail: alarmData(change),
  };
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
export function alarmLambdaEvent(change: StateChange, { accountId, region }: Account): AlarmLambdaEvent {
  return {
    source: "aws.cloudwatch",
    alarmArn: change.alarm.arn,
    accountId,
    time: alarmTime(change.state.timestamp),
    region,
    alarmData: alarmData(change),
  };
}

function alarmData({ alarm, state, previousState }: StateChange): AlarmData {
  const { description } = alarm;
  return {
    alarmName: alarm.name,
    state: eventState(state),
    previousState: eventState(previousState),
    configuration: { ...(description !== undefined && { description }), metrics: [eventMetric(alarm)] },
  };
}

function eventState({ value, reason, reasonData, timestamp }: AlarmState): EventState {
  return { value, reason, ...(reasonData !== undefined && { reasonData }), timestamp: alarmTime(timestamp) };
}

function eventMetric({ arn, metric, period, statistic, unit }: AlarmConfiguration): EventMetric {
  const dimensions = Object.fromEntries(metric.dimensions.map(({ Name, Value }) => [Name, Value]));
  return {
    id: metricId(arn),
    metricStat: {
      metric: { namespace: metric.namespace, name: metric.name, dimensions },
      period,
      stat: statistic,
      ...(unit !== undefined && { unit }),
    },
    returnData: true,
  };
}

/** An alarm on one metric names no id for it: CloudWatch makes one up, the same in each event. */
function metricId(arn: string): string {
  const digits = createHash("sha256").update(arn).digest("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
