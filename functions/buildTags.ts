import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { logEvent } from "./lib/logEvent";
import { placeOf } from "./lib/tags/arnFault";
import {
  buildGroups,
  chooseGroups,
  complaintOf,
  type BuildSummary,
  type Deliver,
} from "./lib/tags/buildGroups";
import { createChunkSender } from "./lib/tags/chunkMessage";
import { readGroups } from "./lib/tags/groupsTable";
import { tagChunk } from "./lib/tags/tagChunk";
import { groupName } from "./lib/tags/tagGroup";
import { createTaggingApi } from "./lib/tags/taggingApi";
import { systemTiming, type Timing } from "./lib/tags/timing";

export interface BuildTagsSettings {
  /** The table of tag groups. */
  readonly tableName: string;
  /** Whose resources are tagged, for example `sqs`. */
  readonly services: readonly string[];
  /** How often the Resource Groups Tagging API is called at most. */
  readonly ratePerSecond: number;
  /** Where chunks go that another function applies; empty to apply them here. */
  readonly queueUrl: string;
}

/** What starts the function: its schedule, or somebody who wants one group built. */
export interface BuildEvent {
  /** A value, or `KEY=VALUE`. @default all groups */
  readonly group?: string;
}

/** How long before its end an invocation leaves the rest to another, in milliseconds. */
const reserve = 90_000;

/** @param timing of pauses */
export const createBuildTags = (settings: BuildTagsSettings, timing: Timing) => {
  const { tableName, services, ratePerSecond, queueUrl } = settings;
  const table = new DynamoDBClient({});
  const queue = new SQSClient({});
  const tagging = new ResourceGroupsTaggingAPIClient({ maxAttempts: 1 });
  const api = createTaggingApi(tagging, ratePerSecond, timing);

  return async ({ group }: BuildEvent, context: Context): Promise<BuildSummary> => {
    const groups = chooseGroups(await readGroups(table, tableName), group);
    const sender = createChunkSender(queue, queueUrl);
    const chunkServices = { api, timing, place: placeOf(context.invokedFunctionArn) };
    const deliver: Deliver = async (owner, arns) => {
      if (queueUrl !== "") {
        await sender.send(owner, arns);
        return [];
      }
      const failures = await tagChunk(chunkServices, owner.tags, arns);
      for (const failure of failures)
        logEvent("resource not tagged", { group: groupName(owner), ...failure });
      return failures;
    };
    const timeIsUp = () => context.getRemainingTimeInMillis() < reserve;
    const summary = await buildGroups({ api, services, deliver, timeIsUp }, groups);
    await sender.flush();
    logEvent("tags built", { ...summary, failures: summary.failures.length });
    const complaint = complaintOf(summary);
    // Lambda calls again twice, which finds what is tagged by now compliant; then the queue of failures has it.
    if (complaint !== undefined) throw new Error(complaint);
    return summary;
  };
};

/** Applies the tags of each group to the resources that carry the group's own tag, or hands them on to be tagged. */
export const buildTags = (settings: BuildTagsSettings) => createBuildTags(settings, systemTiming());
