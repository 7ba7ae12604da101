import type { Account } from "../../account";
import { alarmTime, type AlarmConfiguration } from "./alarm";
import type { StateChange } from "./alarmEvent";
import { regionNames } from "./regionNames";

const longestSubject = 100;

/** What SNS gets of a change: the subject and the message, which is JSON. */
export interface AlarmMessage {
  readonly subject: string;
  readonly message: string;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
export function alarmMessage(change: StateChange, { accountId, region }: Account): AlarmMessage {
  const { alarm, state, previousState } = change;
  const regionName = regionNames[region] ?? region;
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.updated),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: alarmTime(state.timestamp),
    Region: regionName,
    AlarmArn: alarm.arn,
    OldStateValue: previousState.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    Trigger: trigger(alarm),
  };
  return {
    subject: `${state.value}: "${alarm.name}" in ${regionName}`.slice(0, longestSubject),
    message: JSON.stringify(message),
  };
}

function trigger({ metric, datapointsToAlarm, ...alarm }: AlarmConfiguration): object {
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    StatisticType: "Statistic",
    Statistic: alarm.statistic === "SampleCount" ? "SAMPLE_COUNT" : alarm.statistic.toUpperCase(),
    Unit: alarm.unit ?? null,
    Dimensions: metric.dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { DatapointsToAlarm: datapointsToAlarm }),
    ComparisonOperator: alarm.comparisonOperator,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData ?? "",
    EvaluateLowSampleCountPercentile: "",
  };
}
