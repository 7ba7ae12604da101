import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cancelJob } from "../functions/cancelJob";
import { reconcileJobs } from "../functions/reconcileJobs";
import { redriveJob } from "../functions/redriveJob";
import { replayJobs } from "../functions/replayJobs";
import type { BatchCompute } from "./batch/batchCompute";
import type { EgressBucket } from "./egress/egressBucket";
import type { Foundation } from "./foundation";
import { InlineFunction } from "./inlineFunction";
import { inlineHandler } from "./inlineHandler";
import type { JobEvents } from "./jobEvents";
import type { JobStore } from "./jobStore";
import type { PolicyStatement } from "./policy";
import { sightOf } from "./stackSettings";
import type { WorkflowSet } from "./workflow/workflowSet";

export interface JobControlArgs {
  readonly workflows: WorkflowSet;
  /** Where containers run; absent when no process has any. */
  readonly batch?: BatchCompute | undefined;
  /** Fetches the outputs of a platform; absent without any. */
  readonly egress?: EgressBucket | undefined;
  /** Whose replayed failures redrive jobs. */
  readonly events: JobEvents;
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

/**
 * Ends jobs that run, and runs those again that failed: asked for by a caller, or by a replay of the archive. On a
 * schedule it repairs what a lost event left behind.
 */
export class JobControl extends pulumi.ComponentResource {
  readonly cancelJob: InlineFunction;
  readonly redriveJob: InlineFunction;

  constructor(name: string, args: JobControlArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:JobControl", name, {}, opts);
    const { events, foundation } = args;
    this.cancelJob = createCanceller(args, this);
    const redriving = redriveParts(args);
    this.redriveJob = new InlineFunction(
      "redrive-job",
      {
        handler: inlineHandler(redriveJob, { ...redriving.settings, ...sightOf(foundation.settings) }),
        statements: redriving.statements,
        foundation,
      },
      { parent: this },
    );
    const replayer = new InlineFunction(
      "replay-jobs",
      {
        handler: inlineHandler(replayJobs, redriving.settings),
        statements: redriving.statements,
        foundation,
      },
      { parent: this },
    );
    events.replayFailuresTo(replayer);
    if (foundation.settings.reconcileMinutes > 0) createReconciler(args, redriving.settings, this);
    this.registerOutputs({});
  }
}

function createCanceller(
  { workflows, batch, jobs, foundation }: JobControlArgs,
  parent: pulumi.Resource,
): InlineFunction {
  const statements = [
    jobs.allowRead(),
    jobs.allowUpdate(),
    workflows.allowStop(),
    ...(batch ? [terminateContainers] : []),
  ];
  const handler = inlineHandler(cancelJob, {
    tableName: jobs.tableName,
    ...sightOf(foundation.settings),
  });
  return new InlineFunction("cancel-job", { handler, statements, foundation }, { parent });
}

/** How long one invocation may compare jobs, in seconds. */
const reconcileTimeoutSeconds = 240;

function createReconciler(
  { workflows, batch, egress, jobs, foundation }: JobControlArgs,
  settings: ReturnType<typeof redriveParts>["settings"],
  parent: pulumi.Resource,
): void {
  const egressQueue = egress?.webhook && egress.queue;
  const reconciler = new InlineFunction(
    "reconcile-jobs",
    {
      handler: inlineHandler(reconcileJobs, {
        ...settings,
        tagGroupsTable: workflows.tagGroupsTable,
        logGroupName: batch?.logGroupName ?? "",
      }),
      statements: [
        jobs.allowRead(),
        jobs.allowListOpen(),
        jobs.allowUpdate(),
        workflows.allowStart(),
        workflows.allowRedrive(),
        workflows.allowList(),
        ...workflows.allowReadTagGroups(),
        ...(egressQueue ? [egressQueue.allowSend()] : []),
        ...(batch ? [describeContainers] : []),
      ],
      timeoutSeconds: reconcileTimeoutSeconds,
      foundation,
    },
    { parent },
  );
  const { reconcileMinutes } = foundation.settings;
  const rule = new aws.cloudwatch.EventRule(
    "reconcile",
    {
      description: "When open jobs are compared with what runs for them",
      scheduleExpression: `rate(${reconcileMinutes} ${reconcileMinutes === 1 ? "minute" : "minutes"})`,
    },
    { parent },
  );
  reconciler.triggerBy("reconcile", rule);
  foundation.parts.reconcilers.push({ functionName: reconciler.functionName });
}

/** Describing knows no resources. Source: the AWS service authorization reference, AWS Batch */
const describeContainers: PolicyStatement = {
  sid: "DescribeContainers",
  actions: ["batch:DescribeJobs"],
  resources: ["*"],
};

/** Terminating knows no resources. Source: the AWS service authorization reference, AWS Batch */
const terminateContainers: PolicyStatement = {
  sid: "TerminateContainers",
  actions: ["batch:TerminateJob"],
  resources: ["*"],
};

function redriveParts({ workflows, egress, jobs }: JobControlArgs) {
  const egressQueue = egress?.webhook && egress.queue;
  return {
    settings: {
      ...workflows.settings,
      tableName: jobs.tableName,
      egressQueueUrl: egressQueue?.url ?? "",
    },
    statements: [
      jobs.allowRead(),
      jobs.allowUpdate(),
      workflows.allowStart(),
      workflows.allowRedrive(),
      ...(egressQueue ? [egressQueue.allowSend()] : []),
    ],
  };
}
