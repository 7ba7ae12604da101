import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import { AwsError, type RequiredPermission } from "../service";
import { stateValues } from "./alarm";
import { alarmArn } from "./alarmInput";
import type { AlarmMonitor } from "./alarmMonitor";
import type { Alarms } from "./alarms";
import { cloudWatchDialect, invalidCombination } from "./errors";
import { Members } from "./members";
import { page } from "./page";

interface AlarmOperationsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly alarms: Alarms;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html and its neighbours */
export function alarmOperations(options: AlarmOperationsOptions): Record<string, JsonOperation> {
  const { alarms, clock } = options;
  const operation = (name: string, run: (input: JsonObject) => object): [string, JsonOperation] => [
    name,
    { permissions: (input) => permissions(name, input, options.account), run },
  ];
  const switchActions = (input: JsonObject, actionsEnabled: boolean) => {
    for (const name of readNames(input)) {
      const monitor = alarms.find(name);
      monitor?.configure({ ...monitor.alarm, actionsEnabled, updated: clock.now() });
    }
    return {};
  };
  return Object.fromEntries([
    operation("DescribeAlarms", (input) => describeAlarms(input, alarms)),
    operation("SetAlarmState", (input) => setAlarmState(input, options)),
    operation("EnableAlarmActions", (input) => switchActions(input, true)),
    operation("DisableAlarmActions", (input) => switchActions(input, false)),
    operation("PutMetricAlarm", (input) => {
      alarms.put(input);
      return {};
    }),
    operation("DeleteAlarms", (input) => {
      for (const name of readNames(input)) alarms.delete(name);
      return {};
    }),
  ]);
}

function permissions(operation: string, input: JsonObject, account: Account): readonly RequiredPermission[] {
  const named: readonly unknown[] = Array.isArray(input["AlarmNames"])
    ? input["AlarmNames"]
    : [input["AlarmName"]];
  const names = named.filter((name) => typeof name === "string");
  return (names.length > 0 ? names : ["*"]).map((name) => ({
    action: `cloudwatch:${operation}`,
    resource: alarmArn(account, name),
  }));
}

function readNames(input: JsonObject): readonly string[] {
  const members = new Members(input, cloudWatchDialect);
  return members.required("AlarmNames", members.texts("AlarmNames", { most: 100 }, { least: 1, most: 255 }));
}

function describeAlarms(input: JsonObject, alarms: Alarms): object {
  const members = new Members(input, cloudWatchDialect);
  const names = members.texts("AlarmNames", { most: 100 }, { least: 1, most: 255 });
  const prefix = members.text("AlarmNamePrefix", { least: 1, most: 255 });
  if (names && prefix !== undefined) {
    throw invalidCombination("The parameters AlarmNames and AlarmNamePrefix are mutually exclusive.");
  }
  const types = members.texts("AlarmTypes") ?? ["MetricAlarm"];
  const state = members.choice("StateValue", stateValues);
  const actionPrefix = members.text("ActionPrefix", { least: 1, most: 1024 });
  const found = alarms
    .list()
    .filter(
      (monitor) =>
        types.includes("MetricAlarm") &&
        (!names || names.includes(monitor.alarm.name)) &&
        (prefix === undefined || monitor.alarm.name.startsWith(prefix)) &&
        (state === undefined || monitor.state.value === state) &&
        (actionPrefix === undefined || hasAction(monitor, actionPrefix)),
    );
  const size = members.integer("MaxRecords", { least: 1, most: 100 }) ?? 50;
  const { items, ...next } = page(found, members.text("NextToken"), size);
  return { MetricAlarms: items.map(describe), CompositeAlarms: [], ...next };
}

function hasAction({ alarm }: AlarmMonitor, prefix: string): boolean {
  return Object.values(alarm.actions).some((arns) => arns.some((arn) => arn.startsWith(prefix)));
}

function describe({ alarm, state, transitioned }: AlarmMonitor): object {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: alarm.updated / 1000,
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: state.timestamp / 1000,
    MetricName: alarm.metric.name,
    Namespace: alarm.metric.namespace,
    Statistic: alarm.statistic,
    Dimensions: alarm.metric.dimensions,
    Period: alarm.period,
    Unit: alarm.unit,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    TreatMissingData: alarm.treatMissingData,
    StateTransitionedTimestamp: transitioned / 1000,
  };
}

function setAlarmState(input: JsonObject, { alarms, clock }: AlarmOperationsOptions): object {
  const members = new Members(input, cloudWatchDialect);
  const name = members.requiredText("AlarmName", { least: 1, most: 255 });
  const value = members.required("StateValue", members.choice("StateValue", stateValues));
  const reason = members.requiredText("StateReason", { most: 1023 });
  const reasonData = members.text("StateReasonData", { most: 4000 });
  if (reasonData !== undefined) checkJson(reasonData);
  alarms.get(name).set({ value, reason, reasonData, timestamp: clock.now() });
  return {};
}

/** @throws AwsError InvalidFormatFault */
function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError("InvalidFormatFault", "StateReasonData was not syntactically valid JSON");
  }
}
