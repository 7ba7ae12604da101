import { findDrift } from "./findDrift";
import { groupName, type TagGroup } from "./tagGroup";
import { mostPerCall, type TaggingApi } from "./taggingApi";
import { groupFault } from "./tagRules";
import type { TagFailure } from "./tagChunk";

/** What becomes of up to 20 resources of a group. @returns those that stay as they were */
export type Deliver = (group: TagGroup, arns: readonly string[]) => Promise<readonly TagFailure[]>;

export interface BuildSettings {
  readonly api: TaggingApi;
  /** In whose resources to look, for example `sqs`. */
  readonly services: readonly string[];
  readonly deliver: Deliver;
  /** Asked before each group and each chunk. */
  readonly timeIsUp: () => boolean;
  /** Told how many of the resources found so far have been seen to. */
  readonly onProgress?: (done: number, found: number) => void;
}

/** What was found and done. */
export interface BuildSummary {
  readonly groups: number;
  readonly pages: number;
  readonly seen: number;
  readonly compliant: number;
  /** Tagged, or handed on to be tagged. */
  readonly delivered: number;
  readonly failures: readonly TagFailure[];
  /** Groups that cannot be applied, with the reason. */
  readonly faults: readonly string[];
  /** Whether the time was up before the end: another run does the rest. */
  readonly unfinished: boolean;
}

/** Finds the resources of each group, skips the compliant ones, and delivers the others in chunks of 20, each once. */
export async function buildGroups(
  settings: BuildSettings,
  groups: readonly TagGroup[],
): Promise<BuildSummary> {
  const usable = groups.filter((group) => groupFault(group) === undefined);
  const failures: TagFailure[] = [];
  const counts = { pages: 0, seen: 0, compliant: 0, delivered: 0 };
  const summary = (unfinished: boolean): BuildSummary => ({
    groups: groups.length,
    ...counts,
    failures,
    faults: groups.flatMap((group) => groupFault(group) ?? []),
    unfinished,
  });
  const progress = () =>
    settings.onProgress?.(counts.compliant + counts.delivered + failures.length, counts.seen);
  for (const group of usable) {
    if (settings.timeIsUp()) return summary(true);
    const { drifted, pages, seen } = await findDrift(settings.api, group, settings.services);
    counts.pages += pages;
    counts.seen += seen;
    counts.compliant += seen - drifted.length;
    progress();
    for (const chunk of chunksOf(drifted, mostPerCall)) {
      if (settings.timeIsUp()) return summary(true);
      const failed = await settings.deliver(
        group,
        chunk.map(({ arn }) => arn),
      );
      failures.push(...failed);
      counts.delivered += chunk.length - failed.length;
      progress();
    }
  }
  return summary(false);
}

/** What a summary says has not gone as it should, for people; nothing if all went. */
export function complaintOf({ failures, faults, unfinished }: BuildSummary): string | undefined {
  const parts = [
    ...(failures.length > 0 ? [`${failures.length} resources could not be tagged`] : []),
    ...(faults.length > 0 ? [`${faults.length} groups cannot be applied: ${faults.join(" ")}`] : []),
    ...(unfinished ? ["the time was up before the end, and another run does the rest"] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}

const unknownGroup = "UnknownTagGroup";

/**
 * All groups, or those with a name: a value, or `KEY=VALUE`.
 * @throws an error that `isUnknownGroup` knows, naming those that there are
 */
export function chooseGroups(groups: readonly TagGroup[], name: string | undefined): readonly TagGroup[] {
  if (name === undefined) return groups;
  const found = groups.filter((group) => group.groupValue === name || groupName(group) === name);
  if (found.length > 0) return found;
  const known = groups.map(groupName).join(", ") || "none";
  throw Object.assign(new Error(`There is no tag group "${name}". There are: ${known}.`), {
    name: unknownGroup,
  });
}

export function isUnknownGroup(error: unknown): boolean {
  return error instanceof Error && error.name === unknownGroup;
}

function chunksOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
