import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmNameOf, type Comparison, type Condition } from "../functions/lib/alarm";
import type { Trigger } from "./catalogue/trigger";
import type { InlineFunction } from "./inlineFunction";
import type { JobStore } from "./jobStore";

export interface MetricTriggerArgs {
  readonly trigger: Trigger;
  /** Where its jobs are recorded; the alarm is named after it. */
  readonly jobs: JobStore;
  /** The function that records them. */
  readonly starter: InlineFunction;
  /** What must be there before the alarm may open. @default nothing */
  readonly after?: readonly pulumi.Resource[];
}

/**
 * An alarm on a metric that starts a job when it opens. It has no action for its end: only an opening starts something.
 * Costs ten US cents a month, and thirty with a period below a minute.
 */
export class MetricTrigger extends pulumi.ComponentResource {
  readonly alarmArn: pulumi.Output<string>;

  constructor(name: string, args: MetricTriggerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:MetricTrigger", name, {}, opts);
    const { trigger, jobs, starter, after = [] } = args;
    // Its name and ARN are known before it is made, so that it can never open and not be let in.
    const alarmName = jobs.tableName.apply((tableName) => alarmNameOf(trigger.name, tableName));
    const permission = starter.permitService(
      trigger.name,
      "lambda.alarms.cloudwatch.amazonaws.com",
      arnOfAlarm(alarmName),
    );
    const alarm = new aws.cloudwatch.MetricAlarm(
      name,
      { name: alarmName, ...watching(trigger), alarmActions: [starter.arn] },
      { parent: this, dependsOn: [permission, ...after] },
    );
    this.alarmArn = alarm.arn;
    this.registerOutputs({ alarmArn: this.alarmArn });
  }
}

/** Source: the AWS service authorization reference, Amazon CloudWatch. */
function arnOfAlarm(name: pulumi.Output<string>): pulumi.Output<string> {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const { accountId } = aws.getCallerIdentityOutput();
  return pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

const operators: Readonly<Record<Comparison, string>> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};

/** What the alarm looks at, and when it opens. */
function watching({ metric, condition, datapoints, ...trigger }: Trigger) {
  const { namespace, name, dimensions } = metric;
  return {
    alarmDescription: `Starts a job of ${trigger.process} when ${name} is ${shown(condition)}`,
    namespace,
    metricName: name,
    ...(Object.keys(dimensions).length === 0 ? {} : { dimensions: { ...dimensions } }),
    statistic: trigger.statistic,
    period: trigger.periodSeconds,
    comparisonOperator: operators[condition.comparison],
    threshold: condition.threshold,
    evaluationPeriods: datapoints.evaluated,
    datapointsToAlarm: datapoints.toAlarm,
    treatMissingData: trigger.missingData,
  };
}

function shown({ comparison, threshold }: Condition): string {
  return `${comparison} ${threshold}`;
}
