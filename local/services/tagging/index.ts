import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Principal } from "../../iam/principal";
import { jsonService, type JsonObject, type JsonOperation } from "../jsonProtocol";
import type { Service } from "../service";
import { getResources } from "./getResources";
import { membersOf, readArns, readKeys, readTags } from "./input";
import { pageAfter, readToken } from "./pages";
import { createThrottle, type RateLimit } from "./rateLimit";
import type { TaggableResources } from "./resources";
import { changeTags, type TagChange } from "./tagResources";

export type { RateLimit } from "./rateLimit";
export type { TaggableResources, Tags } from "./resources";

export interface TaggingOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly resources: TaggableResources;
  /** Of each operation by itself. @default none */
  readonly rateLimit?: RateLimit;
}

/** Resource Groups Tagging API of the local cloud. */
export interface Tagging {
  /** Signing name `tagging`; AWS JSON 1.1, target prefix `ResourceGroupsTaggingAPI_20170126`. */
  readonly service: Service;
}

type Run = (input: JsonObject, principal: Principal) => Promise<object> | object;

const listPage = 50;

/** Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/ */
export function createTagging({ account, clock, resources, rateLimit }: TaggingOptions): Tagging {
  const onceTagged = new Set<string>();
  const operation = (name: string, run: Run): [string, JsonOperation] => {
    const throttle = createThrottle(rateLimit, clock);
    const limited: Run = (input, principal) => {
      throttle();
      return run(input, principal);
    };
    return [name, { permissions: () => [{ action: `tag:${name}`, resource: "*" }], run: limited }];
  };
  const change = (tagChange: TagChange) => {
    for (const arn of tagChange.arns) {
      if (Object.keys(resources.get(arn) ?? {}).length > 0) onceTagged.add(arn);
    }
    return changeTags(tagChange, resources, account);
  };
  const operations = Object.fromEntries([
    operation("GetResources", (input) => getResources(input, resources, onceTagged)),
    operation("GetTagKeys", (input) => getTagKeys(input, resources)),
    operation("GetTagValues", (input) => getTagValues(input, resources)),
    operation("TagResources", (input, principal) => {
      const members = membersOf(input);
      const added = readTags(members);
      return change({ arns: readArns(members), principal, change: (tags) => ({ ...tags, ...added }) });
    }),
    operation("UntagResources", (input, principal) => {
      const members = membersOf(input);
      const removed = readKeys(members);
      return change({
        arns: readArns(members),
        principal,
        change: (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(key))),
      });
    }),
  ]);
  return {
    service: jsonService({ targetPrefix: "ResourceGroupsTaggingAPI_20170126", version: "1.1", operations }),
  };
}

function getTagKeys(input: JsonObject, resources: TaggableResources): object {
  const keys = [...resources.list()].flatMap(({ tags }) => Object.keys(tags));
  const { items, token } = listed(keys, input);
  return { PaginationToken: token, TagKeys: items };
}

function getTagValues(input: JsonObject, resources: TaggableResources): object {
  const key = membersOf(input).requiredText("Key", { least: 1, most: 128 });
  const values = [...resources.list()].flatMap(({ tags }) =>
    Object.hasOwn(tags, key) ? [tags[key] ?? ""] : [],
  );
  const { items, token } = listed(values, input);
  return { PaginationToken: token, TagValues: items };
}

/** Each once, in order. */
function listed(texts: readonly string[], input: JsonObject) {
  return pageAfter([...new Set(texts)].sort(), (text) => text, readToken(membersOf(input)), listPage);
}
