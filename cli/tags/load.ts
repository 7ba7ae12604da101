import { DeleteItemCommand, PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { readGroups } from "../../functions/lib/tags/groupsTable";
import { groupName, type TagGroup, type Tags } from "../../functions/lib/tags/tagGroup";
import type { ReadGroups } from "./groupsOf";

/** What became of the groups of a file, and of the others. */
export interface LoadSummary {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Those that the file lacks, and that stay. */
  readonly others: number;
}

/**
 * Puts the groups of a file into the table; those that are there already are left alone.
 * @param replace whether groups go that the file lacks. None goes when rows of the file could not be used: they may be
 * what the file says of them.
 */
export async function loadGroups(
  client: DynamoDBClient,
  TableName: string,
  { groups, faults }: ReadGroups,
  replace: boolean,
): Promise<LoadSummary> {
  const known = new Map((await readGroups(client, TableName)).map((group) => [groupName(group), group]));
  const named = new Set(groups.map(groupName));
  const isNew = (group: TagGroup) => !known.has(groupName(group));
  const isSame = (group: TagGroup) => sameTags(known.get(groupName(group))?.tags ?? {}, group.tags);
  const added = groups.filter(isNew);
  const changed = groups.filter((group) => !isNew(group) && !isSame(group));
  const others = [...known].filter(([name]) => !named.has(name)).map(([, group]) => group);
  const removed = replace && faults.length === 0 ? others : [];
  for (const group of [...added, ...changed]) {
    await client.send(new PutItemCommand({ TableName, Item: marshall(group) }));
  }
  for (const { groupKey, groupValue } of removed) {
    await client.send(new DeleteItemCommand({ TableName, Key: marshall({ groupKey, groupValue }) }));
  }
  return {
    added: added.length,
    changed: changed.length,
    unchanged: groups.length - added.length - changed.length,
    removed: removed.length,
    others: others.length - removed.length,
  };
}

function sameTags(a: Tags, b: Tags): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
