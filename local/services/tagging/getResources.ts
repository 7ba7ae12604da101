import type { Members } from "../cloudwatch/members";
import type { JsonObject } from "../jsonProtocol";
import { invalidParameter, membersOf } from "./input";
import { pageAfter, readToken } from "./pages";
import type { TaggableResources, TaggedResource as Resource } from "./resources";

/** What a service's ARNs mean that name no type of resource. */
const onlyTypes: Readonly<Record<string, string>> = { s3: "bucket", sqs: "queue", sns: "topic" };
const defaultPage = 50;

/**
 * The operation GetResources: resources that have a tag, or had one since the local cloud started.
 * Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export async function getResources(
  input: JsonObject,
  resources: TaggableResources,
  onceTagged: ReadonlySet<string>,
): Promise<object> {
  const members = membersOf(input);
  const arns = members.texts("ResourceARNList", { least: 1, most: 100 }, { least: 1, most: 1011 });
  if (arns) refuseBeside(members, "ResourceARNList", alone);
  const tagged = [...(await resources.list())].filter(
    ({ arn, tags }) => Object.keys(tags).length > 0 || onceTagged.has(arn),
  );
  const matches = arns ? ({ arn }: Resource) => arns.includes(arn) : readFilters(members);
  const found = tagged.filter(matches).sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const perPage = members.integer("ResourcesPerPage", { least: 1, most: 100 });
  const tagsPerPage = members.integer("TagsPerPage", { least: 100, most: 500 });
  const after = readToken(members);
  const candidates = pageAfter(found, ({ arn }) => arn, after, arns ? 100 : (perPage ?? defaultPage));
  const items = tagsPerPage === undefined ? candidates.items : upToTags(candidates.items, tagsPerPage);
  const { token } = pageAfter(found, ({ arn }) => arn, after, items.length);
  return { PaginationToken: token, ResourceTagMappingList: items.map(mapping) };
}

const alone = ["TagFilters", "ResourceTypeFilters", "ResourcesPerPage", "TagsPerPage", "PaginationToken"];

function refuseBeside({ input }: Members, name: string, others: readonly string[]): void {
  const other = others.find((candidate) => {
    const value = input[candidate];
    return (
      value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0)
    );
  });
  if (other) throw invalidParameter(`You can't specify both ${name} and ${other} in the same request.`);
}

function readFilters(members: Members): (resource: Resource) => boolean {
  const filters = (members.structures("TagFilters", { most: 50 }) ?? []).map((filter) => ({
    key: filter.requiredText("Key", { least: 1, most: 128 }),
    values: filter.texts("Values", { most: 20 }, { most: 256 }) ?? [],
  }));
  const types = members.texts("ResourceTypeFilters", { most: 100 }, { most: 256 }) ?? [];
  return ({ arn, tags }) =>
    (types.length === 0 || types.some((type) => isOfType(arn, type))) &&
    filters.every(({ key, values }) => {
      const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
      return value !== undefined && (values.length === 0 || values.includes(value));
    });
}

/** @param type `service` or `service:resourceType` */
function isOfType(arn: string, type: string): boolean {
  const [, , service = "", , , ...rest] = arn.split(":");
  const [wantedService, wantedType] = type.split(":");
  if (service !== wantedService) return false;
  const named = /^([^:/]+)[:/]/.exec(rest.join(":"))?.[1];
  return wantedType === undefined || wantedType === (onlyTypes[service] ?? named);
}

/** A resource without tags counts as one tag, and no resource is split. */
function upToTags(items: readonly Resource[], most: number): readonly Resource[] {
  let count = 0;
  const end = items.findIndex(({ tags }) => (count += Math.max(Object.keys(tags).length, 1)) > most);
  return end < 0 ? items : items.slice(0, end);
}

function mapping({ arn, tags }: Resource): object {
  return { ResourceARN: arn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}
