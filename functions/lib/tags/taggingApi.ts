import {
  GetResourcesCommand,
  TagResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { persist } from "./persist";
import type { TagGroup, Tags } from "./tagGroup";
import { createPace, type Timing } from "./timing";

/** A resource, and the tags that it has. */
export interface FoundResource {
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
}

export interface ResourcePage {
  readonly resources: readonly FoundResource[];
  /** Absent on the last page. */
  readonly token?: string;
}

/** Why a resource was not tagged, in AWS's words. */
export interface TagRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The Resource Groups Tagging API: paced, and with patience where it asks for less. */
export interface TaggingApi {
  /** @param token of the page before @param services in which to look */
  findPage(group: TagGroup, services: readonly string[], token: string | undefined): Promise<ResourcePage>;
  /** Tags 20 resources at most. @returns those that were not tagged, by ARN */
  tag(arns: readonly string[], tags: Tags): Promise<ReadonlyMap<string, TagRefusal>>;
}

/** The most that one page has, and the most that one call tags. Source: the API's reference. */
export const mostPerPage = 100;
export const mostPerCall = 20;

/**
 * @param client that does not repeat calls itself (`maxAttempts: 1`)
 * @param ratePerSecond how often each operation may be called
 */
export function createTaggingApi(
  client: ResourceGroupsTaggingAPIClient,
  ratePerSecond: number,
  timing: Timing,
): TaggingApi {
  const finding = createPace(ratePerSecond, timing);
  const tagging = createPace(ratePerSecond, timing);
  return {
    async findPage({ groupKey, groupValue }, services, token) {
      const input = {
        TagFilters: [{ Key: groupKey, Values: [groupValue] }],
        ResourceTypeFilters: [...services],
        ResourcesPerPage: mostPerPage,
        PaginationToken: token,
      };
      const page = await persist(async () => {
        await finding();
        return client.send(new GetResourcesCommand(input));
      }, timing);
      const resources = (page.ResourceTagMappingList ?? []).map(({ ResourceARN = "", Tags = [] }) => ({
        arn: ResourceARN,
        tags: new Map(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
      }));
      // An empty token is the end, like none.
      return { resources, ...(page.PaginationToken ? { token: page.PaginationToken } : {}) };
    },
    async tag(arns, tags) {
      const input = { ResourceARNList: [...arns], Tags: { ...tags } };
      const { FailedResourcesMap = {} } = await persist(async () => {
        await tagging();
        return client.send(new TagResourcesCommand(input));
      }, timing);
      return new Map(
        Object.entries(FailedResourcesMap).map(([arn, { StatusCode, ErrorCode, ErrorMessage }]) => [
          arn,
          {
            status: StatusCode ?? 0,
            code: ErrorCode ?? "Unknown",
            message: ErrorMessage ?? "no reason given",
          },
        ]),
      );
    },
  };
}
