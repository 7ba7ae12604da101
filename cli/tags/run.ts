import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { placeOf } from "../../functions/lib/tags/arnFault";
import { createTaggingApi } from "../../functions/lib/tags/taggingApi";
import { systemTiming } from "../../functions/lib/tags/timing";
import { chooseGroups } from "../../functions/lib/tags/buildGroups";
import { readGroups } from "../../functions/lib/tags/groupsTable";
import { buildHere, findAllDrift } from "./build";
import { groupsOf } from "./groupsOf";
import { loadGroups } from "./load";
import type { TagOptions } from "./options";
import { tableNameOf, type TagPlace } from "./place";
import type { Progress } from "./progress";
import { readSheet } from "./readSheet";
import { renderBuild, renderDrift, renderDriftTotals, renderFailures, renderLoad } from "./render";

export type Print = (line: string) => void;

type Options<Command> = Extract<TagOptions, { command: Command }>;

/** Does what was asked. @returns whether everything went well */
export async function runTags(
  options: TagOptions,
  place: TagPlace,
  print: Print,
  progress: Progress,
): Promise<boolean> {
  const config =
    options.source.kind === "endpoint"
      ? { endpoint: options.source.endpointUrl }
      : { region: placeOf(place.tableArn).region };
  const table = new DynamoDBClient(config);
  const tagging = new ResourceGroupsTaggingAPIClient({ ...config, maxAttempts: 1 });
  try {
    if (options.command === "load") return await load(options, table, place, print);
    return await build(options, table, tagging, place, print, progress);
  } finally {
    table.destroy();
    tagging.destroy();
  }
}

async function load(
  { file, replace }: Options<"load">,
  table: DynamoDBClient,
  place: TagPlace,
  print: Print,
): Promise<boolean> {
  const read = groupsOf(await readSheet(file));
  const summary = await loadGroups(table, tableNameOf(place), read, replace);
  for (const fault of read.faults) print(`${file}, ${fault.place}: ${fault.reason}`);
  print(renderLoad(summary));
  if (replace && read.faults.length > 0) {
    print("Nothing was removed, for what cannot be read may be a group that is to stay.");
  }
  return read.faults.length === 0;
}

async function build(
  options: Options<"build">,
  table: DynamoDBClient,
  tagging: ResourceGroupsTaggingAPIClient,
  place: TagPlace,
  print: Print,
  progress: Progress,
): Promise<boolean> {
  const groups = chooseGroups(await readGroups(table, tableNameOf(place)), options.group);
  const timing = systemTiming();
  const api = createTaggingApi(tagging, options.rate ?? place.ratePerSecond, timing);
  const lookIn = options.services ?? place.services;
  if (options.dryRun) {
    const drifts = await findAllDrift({ api }, groups, lookIn);
    print(renderDrift(drifts));
    print(renderDriftTotals(drifts));
    return true;
  }
  const services = { api, timing, place: placeOf(place.tableArn) };
  const summary = await buildHere(services, groups, lookIn, progress.update).finally(progress.stop);
  print(renderBuild(summary));
  for (const fault of summary.faults) print(`A group cannot be applied: ${fault}`);
  if (summary.failures.length > 0) print(renderFailures(summary));
  return summary.failures.length + summary.faults.length === 0;
}
