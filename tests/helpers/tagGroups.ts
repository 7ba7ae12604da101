import { DynamoDBClient, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { TagGroup } from "../../functions/lib/tags/tagGroup";
import type { Relay } from "./relay";

type Tags = Readonly<Record<string, string>>;

/** The name of the program's table of tag groups. */
export async function tagTable({ clientConfig }: Pick<Relay, "clientConfig">): Promise<string> {
  const client = new DynamoDBClient(clientConfig);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  const found = TableNames.find((name) => /^tag-groups-[0-9a-f]{7}$/.test(name));
  if (found === undefined) throw new Error("the program has no table of tag groups");
  return found;
}

export async function putTagGroup(relay: Relay, group: TagGroup): Promise<void> {
  const client = new DynamoDBClient(relay.clientConfig);
  await client.send(new PutItemCommand({ TableName: await tagTable(relay), Item: marshall(group) }));
  client.destroy();
}

/** One resource of the program for each service, which has the tags that the provider gives to all. */
export async function resourcesOf(relay: Relay, services: readonly string[]): Promise<string[]> {
  return withTagging(relay, async (client) => {
    const TagFilters = [{ Key: "Project", Values: ["jobrelay"] }];
    const pages = services.map((name) =>
      client.send(new GetResourcesCommand({ TagFilters, ResourceTypeFilters: [name], ResourcesPerPage: 1 })),
    );
    return (await Promise.all(pages)).map(
      ({ ResourceTagMappingList: [first] = [] }) => first?.ResourceARN ?? "none",
    );
  });
}

/** Puts resources into a group, which they had not been in: nothing else of it is theirs yet. */
export function tagAs(relay: Relay, arns: readonly string[], groupValue: string): Promise<void> {
  return withTagging(relay, async (client) => {
    const { FailedResourcesMap = {} } = await client.send(
      new TagResourcesCommand({ ResourceARNList: [...arns], Tags: { TagGroup: groupValue } }),
    );
    if (Object.keys(FailedResourcesMap).length > 0) throw new Error(JSON.stringify(FailedResourcesMap));
  });
}

/** The tags of resources that carry a tag, by ARN. */
export function tagsOf(relay: Relay, arns: readonly string[]): Promise<Record<string, Tags>> {
  return withTagging(relay, async (client) => {
    const { ResourceTagMappingList = [] } = await client.send(
      new GetResourcesCommand({ ResourceARNList: [...arns] }),
    );
    return Object.fromEntries(
      ResourceTagMappingList.map(({ ResourceARN = "", Tags = [] }) => [
        ResourceARN,
        Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
      ]),
    );
  });
}

async function withTagging<T>(
  { clientConfig }: Relay,
  act: (client: ResourceGroupsTaggingAPIClient) => Promise<T>,
): Promise<T> {
  const client = new ResourceGroupsTaggingAPIClient(clientConfig);
  try {
    return await act(client);
  } finally {
    client.destroy();
  }
}
