import type { Clock } from "../../clock";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import type { RequiredPermission } from "../service";
import { describeLogGroups, describeLogStreams } from "./describe";
import { filterLogEvents } from "./filterLogEvents";
import { getLogEvents } from "./getLogEvents";
import { membersOf, readGroupName, readStreamName } from "./input";
import type { LogGroups } from "./logGroups";
import { putLogEvents } from "./putLogEvents";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
export function logOperations(groups: LogGroups, clock: Clock): Record<string, JsonOperation> {
  const operation = (name: string, run: (input: JsonObject) => object): [string, JsonOperation] => [
    name,
    { permissions: (input) => permissions(name, input, groups), run },
  ];
  return Object.fromEntries([
    operation("CreateLogGroup", (input) => {
      groups.create(readGroupName(membersOf(input)), clock.now());
      return {};
    }),
    operation("CreateLogStream", (input) => {
      const members = membersOf(input);
      const [group, stream] = [readGroupName(members), readStreamName(members)];
      groups.get(group).createStream(stream, clock.now());
      return {};
    }),
    operation("PutLogEvents", (input) => putLogEvents(input, groups, clock)),
    operation("DescribeLogGroups", (input) => describeLogGroups(input, groups)),
    operation("DescribeLogStreams", (input) => describeLogStreams(input, groups)),
    operation("GetLogEvents", (input) => getLogEvents(input, groups)),
    operation("FilterLogEvents", (input) => filterLogEvents(input, groups)),
  ]);
}

/**
 * Every resource ends with `:log-stream:` and the stream, which is empty where the operation is on the group: that is how
 * a policy's `log-group:NAME:*` comes to allow operations on groups and on streams.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
function permissions(operation: string, input: JsonObject, groups: LogGroups): readonly RequiredPermission[] {
  const { logGroupName, logGroupIdentifier, logStreamName } = input;
  const named = operation === "DescribeLogGroups" ? "" : (logGroupName ?? logGroupIdentifier);
  const group = typeof named === "string" ? groups.arnOf(groups.nameOf(named)) : groups.arnOf("");
  const stream = typeof logStreamName === "string" ? logStreamName : "";
  return [{ action: `logs:${operation}`, resource: `${group}:log-stream:${stream}` }];
}
