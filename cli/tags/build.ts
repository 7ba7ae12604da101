import { buildGroups, type BuildSettings, type BuildSummary } from "../../functions/lib/tags/buildGroups";
import { findDrift, type GroupDrift } from "../../functions/lib/tags/findDrift";
import { tagChunk, type ChunkServices } from "../../functions/lib/tags/tagChunk";
import type { TagGroup } from "../../functions/lib/tags/tagGroup";
import { groupFault } from "../../functions/lib/tags/tagRules";

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
