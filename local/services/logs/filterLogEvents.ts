import type { JsonObject } from "../jsonProtocol";
import { invalidParameter } from "./errors";
import { parseFilterPattern } from "./filterPattern";
import { membersOf, readGroup, readTimes } from "./input";
import type { LogGroups } from "./logGroups";

const largestPage = 10_000;

/**
 * The operation FilterLogEvents; what `aws logs tail` asks for.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function filterLogEvents(input: JsonObject, groups: LogGroups): object {
  const members = membersOf(input);
  const group = readGroup(members, groups);
  const names = members.texts("logStreamNames", { least: 1, most: 100 }, { least: 1, most: 512 });
  const prefix = members.text("logStreamNamePrefix", { least: 1, most: 512 });
  if (names && prefix !== undefined) {
    throw invalidParameter("logStreamNames and logStreamNamePrefix cannot be specified together.");
  }
  for (const name of names ?? []) group.stream(name);
  const { start, end } = readTimes(members);
  const matches = parseFilterPattern(members.text("filterPattern", { most: 1024 }) ?? "");
  const after = readToken(members.text("nextToken", { least: 1 }));
  const limit = members.integer("limit", { least: 1, most: largestPage }) ?? largestPage;
  const found = group.events(
    ({ stream, timestamp, message, key }) =>
      key > after &&
      timestamp >= start &&
      timestamp <= end &&
      (!names || names.includes(stream)) &&
      (prefix === undefined || stream.startsWith(prefix)) &&
      matches(message),
  );
  const page = found.slice(0, limit);
  return {
    events: page.map(({ stream, key, ...event }) => ({ ...event, logStreamName: stream, eventId: key })),
    searchedLogStreams: [],
    ...(page.length < found.length && { nextToken: page.at(-1)?.key }),
  };
}

function readToken(text: string | undefined): string {
  if (text !== undefined && !/^\d{56}$/.test(text)) {
    throw invalidParameter("The specified nextToken is invalid.");
  }
  return text ?? "";
}
