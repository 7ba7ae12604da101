import type * as pulumi from "@pulumi/pulumi";
import { egressOutputs } from "../../functions/egressOutputs";
import { transforms } from "../../functions/transforms";
import type { BatchCompute } from "../batch/batchCompute";
import type { EgressConfig, PlatformConfig } from "../catalogue/egress";
import type { Foundation } from "../foundation";
import { InlineFunction } from "../inlineFunction";
import { inlineHandler } from "../inlineHandler";
import type { JobStore } from "../jobStore";
import type { PolicyStatement } from "../policy";
import type { PrivateBucket } from "../privateBucket";
import type { WorkQueue } from "../workQueue";
import { allowReadSecret } from "./allowReadSecret";

/** The longest that Lambda knows. */
export const copierTimeoutSeconds = 900;

/** Outputs that are copied at once; a platform is not asked for more. */
const outputsAtOnce = 5;

export interface CopierArgs {
  readonly egress: EgressConfig;
  readonly batch?: BatchCompute | undefined;
  /** Whether outputs are tagged. */
  readonly taggedOutputs: boolean;
  readonly jobs: JobStore;
  readonly bucket: PrivateBucket;
  readonly queue: WorkQueue;
  readonly tokenSecretArn: pulumi.Output<string> | undefined;
  readonly foundation: Foundation;
}

/** The function that brings outputs into the bucket, one at a time. */
export function createCopier(args: CopierArgs, parent: pulumi.Resource): void {
  const { egress, batch, jobs, bucket, queue, tokenSecretArn, foundation } = args;
  const copier = new InlineFunction(
    "egress-outputs",
    {
      handler: inlineHandler(egressOutputs, {
        tableName: jobs.tableName,
        queueUrl: queue.url,
        bucketName: bucket.bucketName,
        outputsBucket: batch?.outputs.bucketName ?? "",
        platform: egress.platform && platformSettings(egress.platform),
        tokenSecretArn: tokenSecretArn ?? "",
      }),
      statements: statementsFor(args),
      timeoutSeconds: copierTimeoutSeconds,
      // For its share of the processor and of the network, rather than for the memory.
      memoryMb: 1024,
      foundation,
    },
    { parent },
  );
  queue.consumeBy(copier, { batchSize: 1, maximumConcurrency: outputsAtOnce });
}

function platformSettings({ name, url, redirectHosts, transform }: PlatformConfig) {
  return { name, url, redirectHosts, transform: transform === undefined ? undefined : transforms[transform] };
}

function statementsFor({
  batch,
  taggedOutputs,
  jobs,
  bucket,
  queue,
  tokenSecretArn,
}: CopierArgs): PolicyStatement[] {
  const copying = batch?.allowReadOutputs() ?? [];
  const fetching = tokenSecretArn === undefined ? [] : [allowReadSecret(tokenSecretArn)];
  return [
    jobs.allowRead(),
    jobs.allowUpdate(),
    bucket.allowUpload("*"),
    bucket.allowList(),
    queue.allowDelay(),
    ...copying,
    ...(taggedOutputs ? [bucket.allowTag("outputs/*")] : []),
    ...fetching,
  ];
}
