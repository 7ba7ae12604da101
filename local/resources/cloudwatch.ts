import { alarmArn } from "../services/cloudwatch/alarmInput";
import type { Adapters } from "./adapter";

interface AlarmInputs {
  readonly name?: string;
  readonly alarmDescription?: string;
  readonly actionsEnabled?: boolean;
  readonly alarmActions?: readonly string[];
  readonly okActions?: readonly string[];
  readonly insufficientDataActions?: readonly string[];
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: string;
  readonly unit?: string;
  readonly period?: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold?: number;
  readonly comparisonOperator: string;
  readonly treatMissingData?: string;
  /** Metric math. */
  readonly metricQueries?: readonly unknown[];
}

export const cloudWatchAdapters: Adapters = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    inputs: [
      "name",
      "alarmDescription",
      "actionsEnabled",
      "alarmActions",
      "okActions",
      "insufficientDataActions",
      "namespace",
      "metricName",
      "dimensions",
      "statistic",
      "unit",
      "period",
      "evaluationPeriods",
      "datapointsToAlarm",
      "threshold",
      "comparisonOperator",
      "treatMissingData",
      "metricQueries",
    ],
    create({ inputs, physicalName }, { account, cloudWatch }) {
      const alarm = inputs as unknown as AlarmInputs;
      const name = alarm.name ?? physicalName;
      // CloudWatch knows no metric math here: such an alarm has a name and an ARN, and never opens.
      const { arn } = alarm.metricQueries
        ? { arn: alarmArn(account, name) }
        : cloudWatch.putAlarm(putMetricAlarm(name, alarm));
      return { id: name, state: { ...inputs, name, arn } };
    },
  },
};

/** The input of PutMetricAlarm, as JSON: without what has no value. */
function putMetricAlarm(name: string, alarm: AlarmInputs) {
  const { dimensions = {} } = alarm;
  const members = {
    AlarmName: name,
    AlarmDescription: alarm.alarmDescription,
    ActionsEnabled: alarm.actionsEnabled,
    AlarmActions: alarm.alarmActions,
    OKActions: alarm.okActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    Namespace: alarm.namespace,
    MetricName: alarm.metricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: alarm.statistic,
    Unit: alarm.unit,
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    // What the provider sends where the program says nothing.
    TreatMissingData: alarm.treatMissingData ?? "missing",
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
