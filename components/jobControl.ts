import * as pulumi from "@pulumi/pulumi";
import { cancelJob } from "../functions/cancelJob";
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

/** Ends jobs that run, and runs those again that failed: asked for by a caller, or by a replay of the archive. */
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
