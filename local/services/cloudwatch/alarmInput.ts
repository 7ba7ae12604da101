import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import {
  comparisonOperators,
  missingDataTreatments,
  type AlarmConfiguration,
  type MissingDataTreatment,
} from "./alarm";
import { cloudWatchDialect, validationError } from "./errors";
import { Members } from "./members";
import { readDimensions, readUnit } from "./metric";
import { statistics } from "./statistics";

const shortPeriods = [10, 20, 30];
const hour = 60 * 60;
const day = 24 * hour;
/** Members of PutMetricAlarm that the local cloud cannot evaluate. */
const unknown = [
  "Metrics",
  "ExtendedStatistic",
  "ThresholdMetricId",
  "EvaluationCriteria",
  "EvaluationInterval",
];

/** The ARN of an alarm of the account. */
export function alarmArn({ partition, region, accountId }: Account, name: string): string {
  return `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

/**
 * The alarm that the input of PutMetricAlarm describes.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 * @throws AwsError ValidationException, MissingRequiredParameterException, InvalidParameterValueException
 */
export function readAlarm(input: JsonObject, account: Account, now: number): AlarmConfiguration {
  const members = new Members(input, cloudWatchDialect);
  const name = members.requiredText("AlarmName", { least: 1, most: 255 });
  refuseUnknown(members);
  return {
    name,
    arn: alarmArn(account, name),
    description: members.text("AlarmDescription", { most: 1024 }),
    metric: {
      namespace: members.requiredText("Namespace", { least: 1, most: 255 }),
      name: members.requiredText("MetricName", { least: 1, most: 255 }),
      dimensions: readDimensions(members),
    },
    statistic: members.required("Statistic", members.choice("Statistic", statistics)),
    unit: readUnit(members),
    threshold: members.required("Threshold", members.number("Threshold")),
    comparisonOperator: members.required(
      "ComparisonOperator",
      members.choice("ComparisonOperator", comparisonOperators),
    ),
    treatMissingData: readTreatment(members),
    actionsEnabled: members.flag("ActionsEnabled") ?? true,
    actions: {
      ALARM: readActions(members, "AlarmActions"),
      OK: readActions(members, "OKActions"),
      INSUFFICIENT_DATA: readActions(members, "InsufficientDataActions"),
    },
    updated: now,
    ...readPeriods(members),
  };
}

function refuseUnknown({ input }: Members): void {
  const name = unknown.find((member) => input[member] !== undefined && input[member] !== null);
  if (name === undefined) return;
  throw validationError(
    `The local cloud evaluates alarms on one statistic of one metric only, without ${name}.`,
  );
}

function readPeriods(members: Members) {
  const period = members.required("Period", members.integer("Period", { least: 1 }));
  const evaluationPeriods = members.required(
    "EvaluationPeriods",
    members.integer("EvaluationPeriods", { least: 1 }),
  );
  const datapointsToAlarm = members.integer("DatapointsToAlarm", { least: 1 });
  if (period % 60 !== 0 && !shortPeriods.includes(period)) {
    throw validationError("Metric period must be 10, 20, 30 or a multiple of 60");
  }
  const [longest, words] = period < hour ? [day, "a day"] : [7 * day, "seven days"];
  if (period * evaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw validationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  }
  return { period, evaluationPeriods, datapointsToAlarm };
}

function readTreatment(members: Members): MissingDataTreatment | undefined {
  const text = members.text("TreatMissingData", { least: 1, most: 255 });
  const treatment = missingDataTreatments.find((candidate) => candidate === text);
  if (text !== undefined && treatment === undefined) {
    throw validationError(`Option ${text} is not supported for TreatMissingData.`);
  }
  return treatment;
}

function readActions(members: Members, name: string): readonly string[] {
  const arns = members.texts(name, { most: 5 }, { least: 1, most: 1024 }) ?? [];
  for (const arn of arns) {
    const [prefix, , service, , , ...resource] = arn.split(":");
    if (prefix !== "arn" || resource.join(":") === "") throw validationError(`Invalid arn syntax: ${arn}`);
    if (service !== "sns" && service !== "lambda") {
      throw validationError(
        `The local cloud knows SNS topics and Lambda functions as actions of alarms, not ${arn}.`,
      );
    }
  }
  return arns;
}
