import type * as pulumi from "@pulumi/pulumi";
import { applyTags } from "../../functions/applyTags";
import type { TagGroupsConfig } from "../catalogue/tagGroupsConfig";
import type { Foundation } from "../foundation";
import { InlineFunction } from "../inlineFunction";
import { inlineHandler } from "../inlineHandler";
import { WorkQueue } from "../workQueue";
import { allowTag } from "./taggingStatements";

/** What applies chunks that another function has found. */
export interface Applier {
  readonly queue: WorkQueue;
}

const timeoutSeconds = 300;

/** The fewest that an event source mapping knows. */
const batchesAtOnce = 2;

/** A queue of chunks, and the function that tags their resources at a pace. */
export function createApplier(
  { services, ratePerSecond }: TagGroupsConfig,
  foundation: Foundation,
  parent: pulumi.Resource,
): Applier {
  const queue = new WorkQueue(
    "tag-chunks",
    {
      foundation,
      consumerTimeoutSeconds: timeoutSeconds,
      // A queue that is full for a long while is how it should be: each batch waits for the pace.
      oldestSeconds: 86_400,
    },
    { parent },
  );
  const applier = new InlineFunction(
    "apply-tags",
    {
      handler: inlineHandler(applyTags, {
        // Each instance has a bucket of its own.
        ratePerSecond: ratePerSecond / batchesAtOnce,
        deadLetterUrl: queue.deadLetterUrl,
      }),
      statements: [...allowTag(services), queue.allowSetAside()],
      timeoutSeconds,
      foundation,
    },
    { parent },
  );
  queue.consumeBy(applier, { batchSize: 5, maximumConcurrency: batchesAtOnce });
  return { queue };
}
