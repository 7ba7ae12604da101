import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { handleInTurn, unfinished } from "./lib/batchResponse";
import { logEvent } from "./lib/logEvent";
import { placeOf } from "./lib/tags/arnFault";
import { parseChunkMessage, setAside } from "./lib/tags/chunkMessage";
import { tagChunk } from "./lib/tags/tagChunk";
import { groupName } from "./lib/tags/tagGroup";
import { createTaggingApi } from "./lib/tags/taggingApi";
import { systemTiming, type Timing } from "./lib/tags/timing";

export interface ApplyTagsSettings {
  /** How often one instance of this function calls the Resource Groups Tagging API at most. */
  readonly ratePerSecond: number;
  /** Where resources go that cannot be tagged, with the reasons. */
  readonly deadLetterUrl: string;
}

/** How long before its end an invocation leaves messages to another, in milliseconds. */
const reserve = 90_000;

/** @param timing of pauses */
export const createApplyTags = ({ ratePerSecond, deadLetterUrl }: ApplyTagsSettings, timing: Timing) => {
  const queue = new SQSClient({});
  const tagging = new ResourceGroupsTaggingAPIClient({ maxAttempts: 1 });
  const api = createTaggingApi(tagging, ratePerSecond, timing);

  const apply = async ({ body }: SQSRecord, context: Context): Promise<void> => {
    if (context.getRemainingTimeInMillis() < reserve) throw unfinished("the time is up");
    const message = parseChunkMessage(body);
    const { tags, arns } = message;
    const services = { api, timing, place: placeOf(context.invokedFunctionArn) };
    const failures = await tagChunk(services, tags, arns);
    const group = groupName(message);
    for (const failure of failures) logEvent("resource not tagged", { group, ...failure });
    // The others are tagged: to try the whole message again would tag them again.
    if (failures.length > 0) await setAside(queue, deadLetterUrl, message, failures);
    logEvent("resources tagged", { group, tagged: arns.length - failures.length, failed: failures.length });
  };

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    handleInTurn(event, (message) => apply(message, context));
};

/** Tags the resources that `buildTags` has found, at a pace, every message of a batch. */
export const applyTags = (settings: ApplyTagsSettings) => createApplyTags(settings, systemTiming());
