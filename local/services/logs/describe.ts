import type { JsonObject } from "../jsonProtocol";
import { invalidParameter } from "./errors";
import { membersOf, readGroup, readPage } from "./input";
import type { LogGroup, LogStream } from "./logGroup";
import type { LogGroups } from "./logGroups";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export function describeLogGroups(input: JsonObject, groups: LogGroups): object {
  const members = membersOf(input);
  const prefix = members.text("logGroupNamePrefix", { least: 1, most: 512 });
  const pattern = members.text("logGroupNamePattern", { most: 512 })?.toLowerCase();
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter(
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  const found = groups
    .list()
    .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
    .filter(({ name }) => pattern === undefined || name.toLowerCase().includes(pattern));
  const { items, ...next } = readPage(members, found);
  return { logGroups: items.map(describeGroup), ...next };
}

function describeGroup({ name, arn, created, storedBytes }: LogGroup): object {
  return {
    logGroupName: name,
    creationTime: created,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes,
    logGroupClass: "STANDARD",
    logGroupArn: arn,
  };
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export function describeLogStreams(input: JsonObject, groups: LogGroups): object {
  const members = membersOf(input);
  const group = readGroup(members, groups);
  const prefix = members.text("logStreamNamePrefix", { least: 1, most: 512 });
  const order = members.choice("orderBy", ["LogStreamName", "LastEventTime"]) ?? "LogStreamName";
  if (prefix !== undefined && order === "LastEventTime") {
    throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const found = group.streams
    .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
    .sort(
      order === "LogStreamName"
        ? (a, b) => (a.name < b.name ? -1 : 1)
        : (a, b) => (a.lastEvent ?? 0) - (b.lastEvent ?? 0),
    );
  if (members.flag("descending")) found.reverse();
  const { items, ...next } = readPage(members, found);
  return { logStreams: items.map(describeStream), ...next };
}

function describeStream(stream: LogStream): object {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    firstEventTimestamp: stream.firstEvent,
    lastEventTimestamp: stream.lastEvent,
    lastIngestionTime: stream.lastIngestion,
    arn: stream.arn,
    storedBytes: 0,
  };
}
