import {
  buildGroups,
  groupsNamed,
  type BuildSettings,
  type BuildSummary,
} from "../../functions/lib/tags/buildGroups";
import { findDrift, type GroupDrift } from "../../functions/lib/tags/findDrift";
import { readGroups } from "../../functions/lib/tags/groupsTable";
import { tagChunk, type ChunkServices } from "../../functions/lib/tags/tagChunk";
import { groupName, type TagGroup } from "../../functions/lib/tags/tagGroup";
import { groupFault } from "../../functions/lib/tags/tagRules";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** There is no group of that name. */
export class GroupNameError extends Error {
  override readonly name = "GroupNameError";
}

/** The groups of the table, or those of a name. @throws GroupNameError naming those that there are */
export async function groupsFor(
  client: DynamoDBClient,
  tableName: string,
  name: string | undefined,
): Promise<readonly TagGroup[]> {
  const groups = await readGroups(client, tableName);
  const found = name === undefined ? groups : groupsNamed(groups, name);
  if (found.length > 0) return found;
  const known = groups.map(groupName).join(", ");
  if (known === "") throw new GroupNameError('There are no tag groups: put some there with "load".');
  throw new GroupNameError(`There is no tag group "${name ?? ""}". There are: ${known}.`);
}

/** Tags the resources of groups from here. */
export function buildHere(
  services: ChunkServices,
  groups: readonly TagGroup[],
  lookIn: readonly string[],
  onProgress: NonNullable<BuildSettings["onProgress"]>,
): Promise<BuildSummary> {
  return buildGroups(
    {
      api: services.api,
      services: lookIn,
      deliver: ({ tags }, arns) => tagChunk(services, tags, arns),
      timeIsUp: () => false,
      onProgress,
    },
    groups,
  );
}

/** What building would tag; groups that cannot be applied are left out. */
export async function findAllDrift(
  { api }: Pick<ChunkServices, "api">,
  groups: readonly TagGroup[],
  lookIn: readonly string[],
): Promise<readonly GroupDrift[]> {
  const drifts: GroupDrift[] = [];
  for (const group of groups) {
    if (groupFault(group) === undefined) drifts.push(await findDrift(api, group, lookIn));
  }
  return drifts;
}
