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
export type { TaggableResources, TagSource, Tags } from "./resources";

export interface TaggingOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly resources: TaggableResources;
  /** Of each operation by itself. @default none */
  readonly rateLimit?: RateLimit;
  /** Told of each call before it is carried out; what it throws is the call's answer. @default nothing */
  readonly disturb?: (operation: string, input: JsonObject) => void;
}

/** Resource Groups Tagging API of the local cloud. */
export interface Tagging {
  /** Signing name `tagging`; AWS JSON 1.1, target prefix `ResourceGroupsTaggingAPI_20170126`. */
  readonly service: Service;
}

type Run = (input: JsonObject, principal: Principal) => Promise<object> | object;

const listPage = 50;

/** Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/ */
export function createTagging(options: TaggingOptions): Tagging {
  const { account, clock, resources, rateLimit, disturb = () => undefined } = options;
  const onceTagged = new Set<string>();
  const inTurn = oneByOne();
  const operation = (name: string, run: Run): [string, JsonOperation] => {
    const throttle = createThrottle(rateLimit, clock);
    const limited: Run = (input, principal) => {
      throttle();
      disturb(name, input);
      return run(input, principal);
    };
    return [name, { permissions: () => [{ action: `tag:${name}`, resource: "*" }], run: limited }];
  };
  const change = (tagChange: TagChange) =>
    inTurn(async () => {
      for (const arn of tagChange.arns) {
        if (Object.keys((await resources.get(arn)) ?? {}).length > 0) onceTagged.add(arn);
      }
      return changeTags(tagChange, resources, account);
    });
  const operations = Object.fromEntries([
    operation("GetResources", (input) => getResources(input, resources, onceTagged)),
    operation("GetTagKeys", (input) => getTagKeys(input, resources)),
    operation("GetTagValues", (input) => getTagValues(input, resources)),
    operation("TagResources", (input, principal) => {
      const members = membersOf(input);
      const added = readTags(members);
      return change({
        arns: readArns(members),
        principal,
        verb: "tag",
        change: (tags) => ({ ...tags, ...added }),
      });
    }),
    operation("UntagResources", (input, principal) => {
      const members = membersOf(input);
      const removed = readKeys(members);
      return change({
        arns: readArns(members),
        principal,
        verb: "untag",
        change: (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(key))),
      });
    }),
  ]);
  return {
    service: jsonService({ targetPrefix: "ResourceGroupsTaggingAPI_20170126", version: "1.1", operations }),
  };
}

async function getTagKeys(input: JsonObject, resources: TaggableResources): Promise<object> {
  const keys = [...(await resources.list())].flatMap(({ tags }) => Object.keys(tags));
  const { items, token } = listed(keys, input);
  return { PaginationToken: token, TagKeys: items };
}

async function getTagValues(input: JsonObject, resources: TaggableResources): Promise<object> {
  const key = membersOf(input).requiredText("Key", { least: 1, most: 128 });
  const values = [...(await resources.list())].flatMap(({ tags }) =>
    Object.hasOwn(tags, key) ? [tags[key] ?? ""] : [],
  );
  const { items, token } = listed(values, input);
  return { PaginationToken: token, TagValues: items };
}

/** Each once, in order. */
function listed(texts: readonly string[], input: JsonObject) {
  return pageAfter([...new Set(texts)].sort(), (text) => text, readToken(membersOf(input)), listPage);
}

/** Lets changes happen one after the other: each reads a resource's tags before it writes them. */
function oneByOne(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const next = last.then(act, act);
    last = next;
    return next;
  };
}
