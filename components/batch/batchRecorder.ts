import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { recordBatchJobs } from "../../functions/recordBatchJobs";
import type { Foundation } from "../foundation";
import { InlineFunction } from "../inlineFunction";
import { inlineHandler } from "../inlineHandler";
import type { JobStore } from "../jobStore";
import type { BatchCompute } from "./batchCompute";

export interface BatchRecorderArgs {
  readonly batch: BatchCompute;
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

/** Follows the containers of the queue: those of workflows, and those that were submitted straight to it. */
export class BatchRecorder extends pulumi.ComponentResource {
  constructor(
    name: string,
    { batch, jobs, foundation }: BatchRecorderArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:BatchRecorder", name, {}, opts);
    const recorder = new InlineFunction(
      "record-batch-jobs",
      {
        handler: inlineHandler(recordBatchJobs, {
          tableName: jobs.tableName,
          logGroupName: batch.logGroupName,
          definitions: pulumi.jsonStringify(batch.definitionNames()),
          retentionDays: foundation.settings.jobRetentionDays,
        }),
        statements: [jobs.allowCreate(), jobs.allowUpdate()],
        foundation,
      },
      { parent: this },
    );
    const rule = new aws.cloudwatch.EventRule(
      "changed-containers",
      {
        description: "Changes of state of the containers on this stack's queue",
        eventPattern: pulumi.jsonStringify({
          source: ["aws.batch"],
          "detail-type": ["Batch Job State Change"],
          detail: { jobQueue: [batch.queueArn] },
        }),
      },
      { parent: this },
    );
    recorder.triggerBy("changed-containers", rule);
    this.registerOutputs({});
  }
}
