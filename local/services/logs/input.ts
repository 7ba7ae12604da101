import { Members, validationDialect } from "../cloudwatch/members";
import type { JsonObject } from "../jsonProtocol";
import { invalidParameter } from "./errors";
import type { LogGroup } from "./logGroup";
import type { LogGroups } from "./logGroups";

// As the model of CloudWatch Logs writes it, which its errors repeat.
const groupPattern = new RegExp(String.raw`^[\.\-_/#A-Za-z0-9]+$`);
const groupRule = { least: 1, most: 512, pattern: groupPattern };
const streamRule = { least: 1, most: 512, pattern: /^[^:*]*$/ };

export function membersOf(input: JsonObject): Members {
  return new Members(input, validationDialect("InvalidParameterException"));
}

export function readGroupName(members: Members): string {
  return members.requiredText("logGroupName", groupRule);
}

export function readStreamName(members: Members): string {
  return members.requiredText("logStreamName", streamRule);
}

/** The group that `logGroupName` or `logGroupIdentifier` names. */
export function readGroup(members: Members, groups: LogGroups): LogGroup {
  const name = members.text("logGroupName", groupRule);
  const identifier = members.text("logGroupIdentifier", { least: 1, most: 2048 });
  if ((name === undefined) === (identifier === undefined)) {
    throw invalidParameter("Exactly one of logGroupName and logGroupIdentifier must be specified.");
  }
  return groups.get(name ?? identifier ?? "");
}

/** A range of time in milliseconds since the epoch. */
export function readTimes(members: Members): { start: number; end: number } {
  return {
    start: members.integer("startTime", { least: 0 }) ?? 0,
    end: members.integer("endTime", { least: 0 }) ?? Infinity,
  };
}

/** The page of a list that `limit` and `nextToken` ask for. */
export function readPage<T>(
  members: Members,
  items: readonly T[],
): { items: readonly T[]; nextToken?: string } {
  const token = members.text("nextToken", { least: 1 });
  const size = members.integer("limit", { least: 1, most: 50 }) ?? 50;
  const start = token === undefined ? 0 : Number(/^(\d+)$/.exec(token)?.[1] ?? NaN);
  if (Number.isNaN(start)) throw invalidParameter("The specified nextToken is invalid.");
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { nextToken: String(end) }) };
}
