import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { logEvent } from "../logEvent";
import { readGroup } from "./groupsTable";
import { groupFault } from "./tagRules";
import type { Tags } from "./tagGroup";

/** A group by its own tag. */
export interface GroupTag {
  readonly key: string;
  readonly value: string;
}

/** Which processes carry the tags of which group, by process. */
export type TaggedProcesses = Readonly<Record<string, GroupTag>>;

/** The tag that a process's jobs carry whatever its group says; none for a process without a group. */
export function ownTag(processes: TaggedProcesses, process: string): Tags {
  const group = Object.hasOwn(processes, process) ? processes[process] : undefined;
  return group ? { [group.key]: group.value } : {};
}

/**
 * The tags of a job of a process, as its group has them now. A job does not fail for want of its tags: of a group that
 * is not there, or cannot be applied, it carries the group's own.
 * @returns nothing for a process without a group
 */
export async function tagsForJob(
  client: DynamoDBClient,
  tableName: string,
  processes: TaggedProcesses,
  { process, jobId }: { readonly process: string; readonly jobId: string },
): Promise<Tags | undefined> {
  const named = Object.hasOwn(processes, process) ? processes[process] : undefined;
  if (!named) return undefined;
  const own = ownTag(processes, process);
  const group = await readGroup(client, tableName, named.key, named.value);
  const fault = group ? groupFault(group) : `There is no tag group ${named.key}=${named.value}.`;
  if (group && fault === undefined) return { ...group.tags, ...own };
  logEvent("job carries the group's own tag only", { jobId, process, reason: fault });
  return own;
}
