import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BatchCompute } from "../batch/batchCompute";
import type { EgressConfig } from "../catalogue/egress";
import type { Foundation } from "../foundation";
import type { InlineFunction } from "../inlineFunction";
import type { JobStore } from "../jobStore";
import type { Notifications } from "../notifications";
import type { PolicyStatement } from "../policy";
import { PrivateBucket } from "../privateBucket";
import { WorkQueue } from "../workQueue";
import { createCopier, copierTimeoutSeconds } from "./copier";
import { createWebhook } from "./webhook";

export interface EgressBucketArgs {
  readonly egress: EgressConfig;
  /** Whose outputs are copied when a job succeeds; absent when no process has containers. */
  readonly batch?: BatchCompute | undefined;
  /** The processes that have containers. */
  readonly containerProcesses: readonly string[];
  /** Whether the jobs of any of them carry the tags of a group. */
  readonly taggedOutputs: boolean;
  readonly jobs: JobStore;
  readonly notifications: Notifications;
  readonly foundation: Foundation;
}

/**
 * Where outputs last: a bucket, and what brings outputs there. A platform's webhook starts a job that fetches its
 * output; the outputs of the stack's own jobs are copied when they succeed. With a platform it costs 80 US cents a
 * month, for two secrets.
 */
export class EgressBucket extends pulumi.ComponentResource {
  readonly bucket: PrivateBucket;
  /** Where the jobs go that a webhook has started. */
  readonly queue: WorkQueue;
  /** Answers `POST /job-complete`; absent without a platform. */
  readonly webhook: InlineFunction | undefined;
  /** Its operator puts the platform's API token into it. */
  readonly platformTokenSecretArn: pulumi.Output<string> | undefined;
  /** Its operator puts the secrets, or tokens, into it by which the platform's webhooks are known. */
  readonly webhookSecretArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: EgressBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:EgressBucket", name, {}, opts);
    const { egress, foundation, notifications, batch, containerProcesses } = args;
    const { platform } = egress;
    this.bucket = new PrivateBucket(
      "egress-files",
      { foundation, lifecycle: egress.lifecycle },
      { parent: this },
    );
    this.queue = createQueue(notifications, foundation, this);
    const token = platform && createSecret("platform-token", foundation, this);
    const secret = platform && createSecret("webhook-secret", foundation, this);
    createCopier({ ...args, bucket: this.bucket, queue: this.queue, tokenSecretArn: token?.arn }, this);
    this.webhook = platform && secret && createWebhook({ ...args, platform, secretArn: secret.arn }, this);
    if (batch) notifications.deliverTo(this.queue, { status: ["SUCCEEDED"], process: containerProcesses });
    this.platformTokenSecretArn = token?.arn;
    this.webhookSecretArn = secret?.arn;
    this.registerOutputs({ bucketName: this.bucket.bucketName });
  }

  /** What reading outputs, and signing links to them, takes. */
  allowRead(): PolicyStatement[] {
    return [this.bucket.allowGet("*"), this.bucket.allowList()];
  }
}

function createQueue(
  notifications: Notifications,
  foundation: Foundation,
  parent: pulumi.Resource,
): WorkQueue {
  return new WorkQueue(
    "egress",
    {
      foundation,
      consumerTimeoutSeconds: copierTimeoutSeconds,
      // More than the function itself tries, so that it can say on the job why it gave up.
      maxReceiveCount: 110,
      // A day of tries, and a week of invocations that end without a word, must not outlast their message.
      retentionDays: 14,
      // A day of tries, and two hours.
      oldestSeconds: 26 * 3_600,
      writer: { service: "sns.amazonaws.com", sourceArn: notifications.topicArn },
    },
    { parent },
  );
}

/** A secret without a value: that is for its operator to put there, and not in the state of the stack. */
function createSecret(
  name: string,
  { key, settings }: Foundation,
  parent: pulumi.Resource,
): aws.secretsmanager.Secret {
  const recoveryWindowInDays = settings.protectData ? 30 : 7;
  return new aws.secretsmanager.Secret(name, { kmsKeyId: key.arn, recoveryWindowInDays }, { parent });
}
