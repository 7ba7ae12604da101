import type { Clock } from "../../clock";
import type { Members } from "../cloudwatch/members";
import type { JsonObject } from "../jsonProtocol";
import { invalidParameter } from "./errors";
import { membersOf, readGroupName, readStreamName } from "./input";
import type { LogGroups } from "./logGroups";

interface Entry {
  readonly timestamp: number;
  readonly message: string;
}

const mostEntries = 10_000;
const largestBatch = 1_048_576;
const bytesPerEntry = 26;
const day = 24 * 60 * 60 * 1000;
const oldest = 14 * day;
const newest = day / 12;

/**
 * The operation PutLogEvents: events that are too old or too new are left out and named in the answer.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
export function putLogEvents(input: JsonObject, groups: LogGroups, clock: Clock): object {
  const members = membersOf(input);
  const groupName = readGroupName(members);
  const streamName = readStreamName(members);
  const entries = readEntries(members);
  const group = groups.get(groupName);
  const stream = group.stream(streamName);
  const now = clock.now();
  const tooOld = entries.findLastIndex(({ timestamp }) => timestamp < now - oldest);
  const tooNew = entries.findIndex(({ timestamp }) => timestamp > now + newest);
  const accepted = entries.slice(tooOld + 1, tooNew < 0 ? undefined : tooNew);
  if (accepted.length > 0) group.append(stream, accepted, now);
  const rejected = {
    ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
    ...(tooOld >= 0 && { tooOldLogEventEndIndex: tooOld + 1 }),
  };
  return {
    nextSequenceToken: String(now).padStart(56, "0"),
    ...(accepted.length < entries.length && { rejectedLogEventsInfo: rejected }),
  };
}

function readEntries(members: Members): readonly Entry[] {
  const list = members.required(
    "logEvents",
    members.structures("logEvents", { least: 1, most: mostEntries }),
  );
  const entries = list.map((entry) => ({
    timestamp: entry.required("timestamp", entry.integer("timestamp", { least: 0 })),
    message: entry.requiredText("message", { least: 1 }),
  }));
  const size = entries.reduce((sum, { message }) => sum + Buffer.byteLength(message) + bytesPerEntry, 0);
  if (size > largestBatch) {
    throw invalidParameter(`Upload too large: ${size} bytes exceeds limit of ${largestBatch}`);
  }
  checkTimes(entries);
  return entries;
}

function checkTimes(entries: readonly Entry[]): void {
  const [first, last] = [entries[0]?.timestamp ?? 0, entries.at(-1)?.timestamp ?? 0];
  if (entries.some(({ timestamp }, index) => timestamp < (entries[index - 1]?.timestamp ?? 0))) {
    throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (last - first > day) {
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  }
}
