import * as aws from "@pulumi/aws";
import * as awsxEc2 from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { batchStepsOf, type BatchStep, type Catalogue, type Process } from "../catalogue/process";
import type { Foundation } from "../foundation";
import { identityPolicy, serviceTrustPolicy, type PolicyStatement } from "../policy";
import { PrivateBucket } from "../privateBucket";
import { containerProperties, retryStrategy } from "./jobDefinition";

export interface BatchComputeArgs {
  readonly catalogue: Catalogue;
  readonly foundation: Foundation;
}

/** Names a step of a process, for a resource. */
const stepLabel = (process: Process, step: BatchStep) =>
  `${process.name}-${step.name.replace(/_/g, "-")}`.toLowerCase();

/**
 * Where containers run: a network, Fargate capacity, a queue, and a job definition for each batch step of the catalogue.
 * Costs nothing while no container runs, but for the key's and the log's cents; a running one costs its Fargate time and
 * half a cent an hour for its public address.
 */
export class BatchCompute extends pulumi.ComponentResource {
  readonly queueArn: pulumi.Output<string>;
  /** `outputs/<jobId>/` holds what the containers of a job leave. */
  readonly outputs: PrivateBucket;
  readonly logGroupName: pulumi.Output<string>;
  /** Give it to whoever submits jobs straight to the queue. */
  readonly notifierPolicyArn: pulumi.Output<string>;
  /** For each process, the job definition of each of its batch steps. */
  private readonly definitions: Readonly<Record<string, Readonly<Record<string, aws.batch.JobDefinition>>>>;

  constructor(name: string, args: BatchComputeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:BatchCompute", name, {}, opts);
    const { catalogue, foundation } = args;
    this.outputs = createOutputs(foundation, this);
    const logGroup = createLogGroup(name, foundation, this);
    this.logGroupName = logGroup.name;
    this.queueArn = createQueue(name, foundation, this).arn;
    const executionRoleArn = createExecutionRole(name, logGroup, this);
    const jobRoleArn = createJobRole(name, this.outputs, this);
    const common = { executionRoleArn, jobRoleArn, logGroupName: logGroup.name };
    this.definitions = createDefinitions(catalogue, { ...common, outputs: this.outputs }, this);
    this.notifierPolicyArn = this.createNotifierPolicy(name);
    this.registerOutputs({ queueArn: this.queueArn });
  }

  /** What reading outputs, and signing links to them, takes. */
  allowReadOutputs(): PolicyStatement[] {
    return [this.outputs.allowGet("outputs/*"), this.outputs.allowList("ListOutputs")];
  }

  /** The ARNs of a process's job definitions, with their revisions, by step. */
  definitionArnsFor(process: Process): Record<string, pulumi.Output<string>> {
    const definitions = Object.entries(this.definitions[process.name] ?? {});
    return Object.fromEntries(definitions.map(([step, definition]) => [step, definition.arn]));
  }

  /** The names of the job definitions, and the process and step that each belongs to. */
  definitionNames(): pulumi.Output<Record<string, { process: string; step: string }>> {
    const entries = Object.entries(this.definitions).flatMap(([process, steps]) =>
      Object.entries(steps).map(([step, { name }]) =>
        name.apply((text) => [text, { process, step }] as const),
      ),
    );
    return pulumi.all(entries).apply((pairs) => Object.fromEntries(pairs));
  }

  /** The permission to run the containers of a process from a state machine; none if it has none. */
  allowRunFor(process: Process): PolicyStatement[] {
    const definitions = Object.values(this.definitionArnsFor(process));
    if (definitions.length === 0) return [];
    const rule = pulumi.interpolate`${arnPrefix("events")}:rule/StepFunctionsGetEventsForBatchJobsRule`;
    return [
      { sid: "SubmitContainers", actions: ["batch:SubmitJob"], resources: [this.queueArn, ...definitions] },
      // Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
      { sid: "FollowContainers", actions: ["batch:DescribeJobs", "batch:TerminateJob"], resources: ["*"] },
      {
        sid: "HearOfContainers",
        actions: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
        resources: [rule],
      },
      ...(process.tagGroup === undefined ? [] : [allowTagJobs()]),
    ];
  }

  private createNotifierPolicy(name: string): pulumi.Output<string> {
    const definitions = Object.values(this.definitions).flatMap((steps) => Object.values(steps));
    // A definition may be named with its revision, or without.
    const resources = definitions.flatMap(({ arnPrefix: arn }) => [arn, pulumi.interpolate`${arn}:*`]);
    const policy = identityPolicy([
      { sid: "SubmitJobs", actions: ["batch:SubmitJob"], resources: [this.queueArn, ...resources] },
    ]);
    return new aws.iam.Policy(`${name}-notifier`, { policy }, { parent: this }).arn;
  }
}

function arnPrefix(service: string): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput().accountId;
  return pulumi.interpolate`arn:${aws.getPartitionOutput().partition}:${service}:${aws.getRegionOutput().region}:${account}`;
}

/** The id of a job is not known before it is submitted. */
function allowTagJobs(): PolicyStatement {
  const resources = [pulumi.interpolate`${arnPrefix("batch")}:job/*`];
  return { sid: "TagContainers", actions: ["batch:TagResource"], resources };
}

function createOutputs(foundation: Foundation, parent: pulumi.Resource): PrivateBucket {
  const lifecycle = [{ prefix: "outputs/", expireDays: foundation.settings.jobRetentionDays }];
  return new PrivateBucket("job-outputs", { foundation, lifecycle }, { parent });
}

function createLogGroup(name: string, { settings, key }: Foundation, parent: pulumi.Resource) {
  const args = { retentionInDays: settings.logRetentionDays, kmsKeyId: key.arn };
  return new aws.cloudwatch.LogGroup(`${name}-log`, args, { parent });
}

function createQueue(name: string, { settings }: Foundation, parent: pulumi.Resource): aws.batch.JobQueue {
  const { spot, maxVcpus, queueLimitSeconds } = settings.batch;
  const vpc = new awsxEc2.Vpc(
    `${name}-vpc`,
    {
      numberOfAvailabilityZones: 2,
      // A NAT gateway costs some 32 US dollars a month in each zone; public subnets without ingress need none.
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Public" }],
      enableDnsHostnames: true,
    },
    { parent },
  );
  const securityGroup = new aws.ec2.SecurityGroup(
    `${name}-containers`,
    {
      vpcId: vpc.vpcId,
      description: "Containers of Jobrelay: everything out, nothing in",
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    },
    { parent },
  );
  const compute = new aws.batch.ComputeEnvironment(
    `${name}-capacity`,
    {
      type: "MANAGED",
      computeResources: {
        type: spot ? "FARGATE_SPOT" : "FARGATE",
        maxVcpus,
        subnets: vpc.publicSubnetIds,
        securityGroupIds: [securityGroup.id],
      },
    },
    { parent },
  );
  return new aws.batch.JobQueue(
    `${name}-queue`,
    {
      state: "ENABLED",
      priority: 1,
      computeEnvironmentOrders: [{ order: 1, computeEnvironment: compute.arn }],
      jobStateTimeLimitActions: runnableLimits.map((reason) => ({
        action: "CANCEL",
        state: "RUNNABLE",
        reason,
        maxTimeSeconds: queueLimitSeconds,
      })),
    },
    { parent },
  );
}

/**
 * Why a job can be stuck at the head of the queue.
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobStateTimeLimitAction.html
 */
const runnableLimits = [
  "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
  "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
  "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
];

/** What Fargate does for a container: pull its image, and write its log. */
function createExecutionRole(name: string, logGroup: aws.cloudwatch.LogGroup, parent: pulumi.Resource) {
  const assumeRolePolicy = serviceTrustPolicy("ecs-tasks.amazonaws.com");
  const role = new aws.iam.Role(`${name}-execution-role`, { assumeRolePolicy }, { parent });
  const policy = identityPolicy([
    {
      sid: "WriteContainerLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroup.arn}:*`],
    },
  ]);
  new aws.iam.RolePolicy(`${name}-execution`, { role: role.id, policy }, { parent });
  return role.arn;
}

/** What the containers themselves may do: leave their outputs. */
function createJobRole(name: string, outputs: PrivateBucket, parent: pulumi.Resource) {
  const assumeRolePolicy = serviceTrustPolicy("ecs-tasks.amazonaws.com");
  const role = new aws.iam.Role(`${name}-job-role`, { assumeRolePolicy }, { parent });
  const policy = identityPolicy([outputs.allowPut("outputs/*")]);
  new aws.iam.RolePolicy(`${name}-job`, { role: role.id, policy }, { parent });
  return role.arn;
}

interface DefinitionParts {
  readonly executionRoleArn: pulumi.Output<string>;
  readonly jobRoleArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly outputs: PrivateBucket;
}

function createDefinitions(catalogue: Catalogue, parts: DefinitionParts, parent: pulumi.Resource) {
  const ofProcess = (process: Process) =>
    batchStepsOf(process).map((step) => [step.name, createDefinition(process, step, parts, parent)] as const);
  return Object.fromEntries(
    Object.values(catalogue).map((process) => [process.name, Object.fromEntries(ofProcess(process))]),
  );
}

function createDefinition(
  process: Process,
  step: BatchStep,
  parts: DefinitionParts,
  parent: pulumi.Resource,
) {
  const { executionRoleArn, jobRoleArn, logGroupName, outputs } = parts;
  const outputsUrl = pulumi.interpolate`s3://${outputs.bucketName}/outputs`;
  const properties = pulumi
    .all([executionRoleArn, jobRoleArn, logGroupName, aws.getRegionOutput().region, outputsUrl])
    .apply(([executionRoleArn, jobRoleArn, logGroupName, region, outputsUrl]) => {
      const bindings = { executionRoleArn, jobRoleArn, logGroupName, region, outputsUrl };
      return JSON.stringify(containerProperties(step, bindings));
    });
  return new aws.batch.JobDefinition(
    `batch-${stepLabel(process, step)}`,
    {
      type: "container",
      platformCapabilities: ["FARGATE"],
      containerProperties: properties,
      retryStrategy: retryStrategy(step),
      timeout: { attemptDurationSeconds: step.timeoutSeconds },
    },
    { parent },
  );
}
