import { missingTags, type MissingTag, type TagGroup } from "./tagGroup";
import type { TaggingApi } from "./taggingApi";

/** A resource that lacks tags of its group. */
export interface DriftedResource {
  readonly arn: string;
  readonly missing: readonly MissingTag[];
}

/** How the resources of a group stand. */
export interface GroupDrift {
  readonly group: TagGroup;
  /** All that were found, compliant or not. */
  readonly seen: number;
  readonly pages: number;
  readonly drifted: readonly DriftedResource[];
}

const mostRestarts = 3;

/**
 * Finds the resources of a group, page by page, and what each lacks. All pages are read before anything is tagged:
 * tokens are good for a quarter of an hour only, and each resource is told once.
 */
export async function findDrift(
  api: TaggingApi,
  group: TagGroup,
  services: readonly string[],
): Promise<GroupDrift> {
  for (let restart = 0; ; restart++) {
    try {
      return await readPages(api, group, services);
    } catch (error) {
      const expired = error instanceof Error && error.name === "PaginationTokenExpiredException";
      if (!expired || restart === mostRestarts) throw error;
    }
  }
}

async function readPages(api: TaggingApi, group: TagGroup, services: readonly string[]): Promise<GroupDrift> {
  const found = new Map<string, readonly MissingTag[]>();
  let pages = 0;
  let token: string | undefined;
  do {
    const page = await api.findPage(group, services, token);
    // A resource that comes twice, because others came or went meanwhile, counts once.
    for (const { arn, tags } of page.resources) found.set(arn, missingTags(group, tags));
    pages += 1;
    token = page.token;
  } while (token !== undefined);
  const drifted = [...found].flatMap(([arn, missing]) => (missing.length > 0 ? [{ arn, missing }] : []));
  return { group, seen: found.size, pages, drifted };
}
