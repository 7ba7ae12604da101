import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Process } from "../catalogue/process";
import type { Foundation } from "../foundation";
import { identityPolicy, serviceTrustPolicy, type PolicyStatement } from "../policy";
import { workflowDefinition } from "./definition";

export interface WorkflowArgs {
  readonly process: Process;
  readonly jobsTableName: pulumi.Input<string>;
  readonly handoffQueueUrl: pulumi.Input<string>;
  /** The ARNs of the functions that the process invokes, by their name in the catalogue. */
  readonly functionArns: Readonly<Record<string, pulumi.Input<string>>>;
  readonly batch: {
    readonly queueArn: pulumi.Input<string>;
    readonly definitionArns: Readonly<Record<string, pulumi.Input<string>>>;
  };
  /** What the steps of this process need, and the record of how it ended. */
  readonly statements: readonly PolicyStatement[];
  readonly foundation: Foundation;
}

/** The state machine of one process, with a role that may do what its steps need and nothing else. */
export class Workflow extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly stateMachineName: pulumi.Output<string>;

  constructor(name: string, args: WorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:Workflow", name, {}, opts);
    const logGroup = createLogGroup(name, args.foundation, this);
    const role = createRole(name, this);
    const policy = new aws.iam.RolePolicy(
      `${name}-permissions`,
      { role: role.id, policy: identityPolicy([...args.statements, deliverLogs, writeTraces]) },
      { parent: this },
    );
    const stateMachine = new aws.sfn.StateMachine(
      name,
      {
        definition: renderDefinition(args),
        roleArn: role.arn,
        type: "STANDARD",
        loggingConfiguration: {
          level: "ERROR",
          includeExecutionData: false,
          logDestination: pulumi.interpolate`${logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      },
      { parent: this, dependsOn: [policy] },
    );
    this.stateMachineArn = stateMachine.arn;
    this.stateMachineName = stateMachine.name;
    args.foundation.parts.workflows.push({
      process: args.process.name,
      stateMachineArn: stateMachine.arn,
    });
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }
}

function renderDefinition(args: WorkflowArgs): pulumi.Output<string> {
  const { process, jobsTableName, handoffQueueUrl, functionArns, batch } = args;
  const { partition } = aws.getPartitionOutput();
  return pulumi
    .all([partition, jobsTableName, handoffQueueUrl, pulumi.output(functionArns), pulumi.output(batch)])
    .apply(([partition, jobsTableName, handoffQueueUrl, functionArns, batch]) => {
      const bindings = { partition, jobsTableName, handoffQueueUrl, functionArns, batch };
      return JSON.stringify(workflowDefinition(process, bindings));
    });
}

/** Under `/aws/vendedlogs/`, where log delivery does not grow a resource policy that has a size limit. */
function createLogGroup(name: string, { settings, key }: Foundation, parent: pulumi.Resource) {
  const namePrefix = `/aws/vendedlogs/states/${pulumi.getProject()}-${pulumi.getStack()}-${name}-`;
  const args = { namePrefix, retentionInDays: settings.logRetentionDays, kmsKeyId: key.arn };
  return new aws.cloudwatch.LogGroup(`${name}-log`, args, { parent });
}

function createRole(name: string, parent: pulumi.Resource): aws.iam.Role {
  const account = aws.getCallerIdentityOutput().accountId;
  const assumeRolePolicy = serviceTrustPolicy("states.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": account },
  });
  return new aws.iam.Role(`${name}-role`, { assumeRolePolicy }, { parent });
}

/** Log delivery knows no resources. Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const deliverLogs: PolicyStatement = {
  sid: "DeliverLogs",
  actions: [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
  ],
  resources: ["*"],
};

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
const writeTraces: PolicyStatement = {
  sid: "WriteTraces",
  actions: [
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ],
  resources: ["*"],
};
