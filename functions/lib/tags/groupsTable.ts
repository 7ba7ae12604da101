import {
  GetItemCommand,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { TagGroup } from "./tagGroup";

/** All groups, by key and value. */
export async function readGroups(client: DynamoDBClient, TableName: string): Promise<TagGroup[]> {
  const groups: TagGroup[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
    groups.push(...(page.Items ?? []).map(groupOf));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return groups.sort(byName);
}

/** One group; nothing if there is none. */
export async function readGroup(
  client: DynamoDBClient,
  TableName: string,
  groupKey: string,
  groupValue: string,
): Promise<TagGroup | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName, Key: marshall({ groupKey, groupValue }) }),
  );
  return Item && groupOf(Item);
}

function groupOf(item: Record<string, AttributeValue>): TagGroup {
  const { groupKey, groupValue, tags = {} } = unmarshall(item) as TagGroup;
  return { groupKey, groupValue, tags };
}

function byName(a: TagGroup, b: TagGroup): number {
  return compare(a.groupKey, b.groupKey) || compare(a.groupValue, b.groupValue);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
