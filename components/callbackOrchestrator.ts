import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dispatchHandoffs } from "../functions/dispatchHandoffs";
import { recordExecutions } from "../functions/recordExecutions";
import { resumeJobs } from "../functions/resumeJobs";
import { startJobs } from "../functions/startJobs";
import type { BatchCompute } from "./batch/batchCompute";
import { handoffsOf, takesLargeResults, type Catalogue, type Process } from "./catalogue/process";
import type { EgressBucket } from "./egress/egressBucket";
import type { Foundation } from "./foundation";
import { InlineFunction } from "./inlineFunction";
import { inlineHandler } from "./inlineHandler";
import type { JobStore } from "./jobStore";
import { identityPolicy, type PolicyStatement } from "./policy";
import { PrivateBucket } from "./privateBucket";
import type { StackSettings } from "./stackSettings";
import { StepFunctions } from "./stepFunctions";
import type { TagGroups } from "./tagGroups/tagGroups";
import { trustedBy } from "./trustedRole";
import { Workflow } from "./workflow/workflow";
import { WorkflowSet } from "./workflow/workflowSet";
import { WorkQueue } from "./workQueue";

export interface CallbackOrchestratorArgs {
  readonly catalogue: Catalogue;
  /** Where containers run; absent when no process has any. */
  readonly batch?: BatchCompute | undefined;
  /** Fetches the outputs of a platform; absent without any. */
  readonly egress?: EgressBucket | undefined;
  /** Whose tags containers and outputs carry; absent when the stack has none. */
  readonly tags?: TagGroups | undefined;
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

export interface LargeAnswers {
  readonly bucketName: pulumi.Output<string>;
  readonly allowRead: PolicyStatement;
}

/** Where the other side may read, but not write, so that an answer stays what it was. */
const largeAnswerKeys = "outbound/*/results/*";

/** How long the functions that handle hand-offs and callbacks may take for a batch, in seconds. */
const handlerTimeoutSeconds = 60;

/**
 * Runs jobs: a workflow for each process, started from the table, paused at hand-offs (files under `outbound/`)
 * and resumed by callbacks (files under `inbound/`).
 */
export class CallbackOrchestrator extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** The role for the other side: reads `outbound/`, writes `inbound/`. */
  readonly partnerRoleArn: pulumi.Output<string>;
  readonly workflows: WorkflowSet;
  /** Where answers lie that went by reference, and the permission to read them; absent when none do. */
  readonly largeAnswers: LargeAnswers | undefined;

  constructor(name: string, args: CallbackOrchestratorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:CallbackOrchestrator", name, {}, opts);
    const { foundation } = args;
    const bucket = createBucket(foundation, this);
    const handoffs = new WorkQueue(
      "handoffs",
      { foundation, consumerTimeoutSeconds: handlerTimeoutSeconds },
      { parent: this },
    );
    const callbacks = createCallbackQueue(bucket, foundation, this);
    this.workflows = createWorkflows(args, handoffs, this);
    createStarter(args, this.workflows, this);
    createRecorder(args, this.workflows, this);
    const resumeWorkflows = this.workflows.allowResume();
    createHandoffHandlers(args, { bucket, handoffs, callbacks, resumeWorkflows }, this);
    this.bucketName = bucket.bucketName;
    this.largeAnswers = takesLargeResults(args.catalogue)
      ? { bucketName: bucket.bucketName, allowRead: bucket.allowGet(largeAnswerKeys) }
      : undefined;
    this.partnerRoleArn = createPartnerRole(name, bucket, foundation.settings, this);
    this.registerOutputs({ bucketName: this.bucketName, partnerRoleArn: this.partnerRoleArn });
  }
}

function createBucket(foundation: Foundation, parent: pulumi.Resource): PrivateBucket {
  const expireDays = foundation.settings.jobRetentionDays;
  const lifecycle = ["outbound/", "inbound/"].map((prefix) => ({ prefix, expireDays }));
  return new PrivateBucket("handoff-files", { foundation, lifecycle }, { parent });
}

/** The queue of S3's events. A bucket has one notification configuration, so this is the only place that sets it. */
function createCallbackQueue(
  bucket: PrivateBucket,
  foundation: Foundation,
  parent: pulumi.Resource,
): WorkQueue {
  const queue = new WorkQueue(
    "callbacks",
    {
      foundation,
      consumerTimeoutSeconds: handlerTimeoutSeconds,
      writer: { service: "s3.amazonaws.com", sourceArn: bucket.arn },
    },
    { parent },
  );
  new aws.s3.BucketNotification(
    "inbound-notification",
    {
      bucket: bucket.bucketName,
      queues: [
        { id: "inbound", queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "inbound/" },
      ],
    },
    // S3 checks that it may send when the notification is set up.
    { parent, dependsOn: [queue.policy] },
  );
  return queue;
}

function createWorkflows(
  { catalogue, batch, tags, jobs, foundation }: CallbackOrchestratorArgs,
  handoffs: WorkQueue,
  parent: pulumi.Resource,
): WorkflowSet {
  const functions = new StepFunctions("steps", { catalogue, foundation }, { parent });
  const create = (process: Process): Workflow => {
    const name = `workflow-${process.name}`;
    const args = {
      process,
      jobsTableName: jobs.tableName,
      handoffQueueUrl: handoffs.url,
      functionArns: functions.arnsFor(process),
      batch: { queueArn: batch?.queueArn ?? "", definitionArns: batch?.definitionArnsFor(process) ?? {} },
      statements: [
        ...workflowStatements(process, jobs, handoffs, functions),
        ...(batch?.allowRunFor(process) ?? []),
      ],
      foundation,
    };
    return new Workflow(name, args, { parent });
  };
  const workflows = Object.entries(catalogue).map(([name, process]) => [name, create(process)] as const);
  return new WorkflowSet(Object.fromEntries(workflows), catalogue, batch, tags);
}

function workflowStatements(
  process: Process,
  jobs: JobStore,
  handoffs: WorkQueue,
  functions: StepFunctions,
): PolicyStatement[] {
  const waits = handoffsOf(process).length > 0;
  return [jobs.allowUpdate(), ...(waits ? [handoffs.allowSend()] : []), ...functions.allowInvokeFor(process)];
}

function createStarter(
  { egress, jobs, foundation }: CallbackOrchestratorArgs,
  workflows: WorkflowSet,
  parent: pulumi.Resource,
): void {
  const egressQueue = egress?.webhook && egress.queue;
  const starter = new InlineFunction(
    "start-jobs",
    {
      handler: inlineHandler(startJobs, {
        ...workflows.settings,
        tableName: jobs.tableName,
        egressQueueUrl: egressQueue?.url ?? "",
        tagGroupsTable: workflows.tagGroupsTable,
      }),
      statements: [
        jobs.allowUpdate(),
        workflows.allowStart(),
        ...(egressQueue ? [egressQueue.allowSend()] : []),
        ...workflows.allowReadTagGroups(),
      ],
      timeoutSeconds: handlerTimeoutSeconds,
      foundation,
    },
    { parent },
  );
  jobs.consumeBy("starter", starter, {
    eventName: ["INSERT"],
    dynamodb: { NewImage: { status: { S: ["SUBMITTED"] } } },
  });
}

/** Executions that end outside their definition. */
function createRecorder(
  { jobs, foundation }: CallbackOrchestratorArgs,
  workflows: WorkflowSet,
  parent: pulumi.Resource,
): void {
  const recorder = new InlineFunction(
    "record-executions",
    {
      handler: inlineHandler(recordExecutions, { tableName: jobs.tableName }),
      statements: [jobs.allowRead(), jobs.allowUpdate()],
      foundation,
    },
    { parent },
  );
  const rule = new aws.cloudwatch.EventRule(
    "ended-executions",
    {
      description: "Executions of this stack's workflows that ended without success",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          status: ["FAILED", "TIMED_OUT", "ABORTED"],
          // One prefix, for a pattern holds 2,048 characters: other stacks' executions match no job here.
          stateMachineArn: [{ prefix: workflows.arnPrefix }],
        },
      }),
    },
    { parent },
  );
  recorder.triggerBy("ended-executions", rule);
}

interface HandoffParts {
  readonly bucket: PrivateBucket;
  readonly handoffs: WorkQueue;
  readonly callbacks: WorkQueue;
  readonly resumeWorkflows: PolicyStatement;
}

function createHandoffHandlers(
  { catalogue, jobs, foundation }: CallbackOrchestratorArgs,
  { bucket, handoffs, callbacks, resumeWorkflows }: HandoffParts,
  parent: pulumi.Resource,
): void {
  const handlerSettings = { tableName: jobs.tableName, bucketName: bucket.bucketName };
  const common = {
    timeoutSeconds: handlerTimeoutSeconds,
    foundation,
  };
  const answering = [
    jobs.allowRead(),
    jobs.allowUpdate(),
    bucket.allowGet("inbound/*"),
    bucket.allowGetVersions("inbound/*"),
    bucket.allowPut("inbound/*/rejected.json"),
    bucket.allowListVersions(),
    resumeWorkflows,
  ];
  const resuming = [
    ...answering,
    // Its event may come after its file is gone.
    bucket.allowList(),
    bucket.allowPut("outbound/*/rejected.json"),
    ...(takesLargeResults(catalogue) ? [bucket.allowPut(largeAnswerKeys)] : []),
  ];
  const dispatching = [...answering, bucket.allowPut("outbound/*")];
  const dispatcher = new InlineFunction(
    "dispatch-handoffs",
    { ...common, handler: inlineHandler(dispatchHandoffs, handlerSettings), statements: dispatching },
    { parent },
  );
  const resumer = new InlineFunction(
    "resume-jobs",
    { ...common, handler: inlineHandler(resumeJobs, handlerSettings), statements: resuming },
    { parent },
  );
  handoffs.consumeBy(dispatcher);
  callbacks.consumeBy(resumer);
}

function createPartnerRole(
  name: string,
  bucket: PrivateBucket,
  settings: StackSettings,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const assumeRolePolicy = trustedBy(settings.trustedPartners);
  const role = new aws.iam.Role(`${name}-partner-role`, { assumeRolePolicy }, { parent });
  const policy = identityPolicy([bucket.allowGet("outbound/*"), bucket.allowPut("inbound/*")]);
  new aws.iam.RolePolicy(`${name}-partner`, { role: role.id, policy }, { parent });
  return role.arn;
}
