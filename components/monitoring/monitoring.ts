import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../foundation";
import { alarmsOf } from "./alarms";
import { createAlarmTopic } from "./alarmTopic";
import { dashboardBody } from "./dashboard";
import type { MonitoringLevel } from "./monitoringLevel";
import type { WatchedParts, WatchedTable } from "./stackParts";

export interface MonitoringArgs {
  readonly level: MonitoringLevel;
  /** Who hears of alarms; AWS asks each to confirm. */
  readonly alarmEmails: readonly string[];
  /** What the stack is made of; complete, so make this component last. */
  readonly parts: WatchedParts;
  readonly table: WatchedTable & { readonly name: pulumi.Output<string> };
  readonly foundation: Foundation;
}

/**
 * Watches a stack: alarms on dead letters, stuck queues, failures and delays, told to a topic of the operators, and a
 * dashboard. An alarm costs ten US cents a month for each metric that it looks at, one on a sum of ten metrics a
 * dollar: some four dollars for a stack with five processes. The dashboard costs three beyond the account's first three.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Where alarms are told; absent without any. */
  readonly alarmTopicArn: pulumi.Output<string> | undefined;
  /** Absent without one. */
  readonly dashboardName: pulumi.Output<string> | undefined;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:Monitoring", name, {}, opts);
    if (args.level !== "none") {
      const { arn, alarms } = createAlarms(args, this);
      this.alarmTopicArn = arn;
      if (args.level === "all") this.dashboardName = createDashboard(name, args, alarms, this).dashboardName;
    }
    this.registerOutputs({ alarmTopicArn: this.alarmTopicArn, dashboardName: this.dashboardName });
  }
}

function createAlarms({ parts, alarmEmails, foundation }: MonitoringArgs, parent: pulumi.Resource) {
  const { arn, policy } = createAlarmTopic("alarms", alarmEmails, foundation, parent);
  const actions = { alarmActions: [arn], okActions: [arn] };
  const alarms = alarmsOf(parts).map(
    ({ name, args }) =>
      new aws.cloudwatch.MetricAlarm(name, { ...args, ...actions }, { parent, dependsOn: [policy] }),
  );
  return { arn, alarms };
}

/** Dashboards have no names of Pulumi's own making; the table's makes it the stack's. */
function createDashboard(
  name: string,
  { parts, table }: MonitoringArgs,
  alarms: readonly aws.cloudwatch.MetricAlarm[],
  parent: pulumi.Resource,
): aws.cloudwatch.Dashboard {
  const { region } = aws.getRegionOutput();
  const alarmArns = alarms.map(({ arn }) => arn);
  const dashboardName = table.name.apply((tableName) =>
    `${pulumi.getProject()}-${tableName}`.replace(/[^A-Za-z0-9_-]/g, "-"),
  );
  const body = pulumi.jsonStringify(dashboardBody(parts, { region, table, alarmArns }));
  return new aws.cloudwatch.Dashboard(name, { dashboardName, dashboardBody: body }, { parent });
}
