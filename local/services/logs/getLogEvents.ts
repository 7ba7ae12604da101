import type { JsonObject } from "../jsonProtocol";
import { invalidParameter } from "./errors";
import { membersOf, readGroup, readStreamName, readTimes } from "./input";
import type { LogEvent } from "./logGroup";
import type { LogGroups } from "./logGroups";

const largestPage = 10_000;
const noKey = "0".repeat(56);

/**
 * The operation GetLogEvents. At either end of the stream it answers no events and the token that it was given.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function getLogEvents(input: JsonObject, groups: LogGroups): object {
  const members = membersOf(input);
  const group = readGroup(members, groups);
  const { name } = group.stream(readStreamName(members));
  const { start, end } = readTimes(members);
  const limit = members.integer("limit", { least: 1, most: largestPage }) ?? largestPage;
  const token = readToken(members.text("nextToken", { least: 1 }));
  const fromHead = members.flag("startFromHead") ?? false;
  const found = group.events(
    ({ stream, timestamp }) => stream === name && timestamp >= start && timestamp < end,
  );
  const page = cut(found, token, fromHead, limit);
  return {
    events: page.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${page.at(-1)?.key ?? token?.key ?? noKey}/s`,
    nextBackwardToken: `b/${page[0]?.key ?? token?.key ?? noKey}/s`,
  };
}

interface Token {
  readonly forward: boolean;
  readonly key: string;
}

function cut(
  events: readonly LogEvent[],
  token: Token | undefined,
  fromHead: boolean,
  limit: number,
): readonly LogEvent[] {
  if (!token) return fromHead ? events.slice(0, limit) : events.slice(-limit);
  return token.forward
    ? events.filter(({ key }) => key > token.key).slice(0, limit)
    : events.filter(({ key }) => key < token.key).slice(-limit);
}

function readToken(text: string | undefined): Token | undefined {
  if (text === undefined) return undefined;
  const [, direction, key] = /^([fb])\/(\d{56})\/s$/.exec(text) ?? [];
  if (key === undefined) throw invalidParameter("The specified nextToken is invalid.");
  return { forward: direction === "f", key };
}
