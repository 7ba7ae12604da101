import assert from "node:assert/strict";
import { createLogs, type Logs } from "../../local/services/logs";
import { account, TestClock } from "../helpers/dynamodb";
import { jsonCaller, type JsonCaller } from "../helpers/jsonService";

const logGroupName = "/aws/lambda/submitJob";
const logStreamName = "2026/03/01/[$LATEST]1";
const arn = `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}`;
const now = Date.parse("2026-03-01T00:00:00.000Z");

describe("CloudWatch Logs", () => {
  let clock: TestClock;
  let logs: Logs;
  let call: JsonCaller;

  beforeEach(async () => {
    clock = new TestClock();
    logs = createLogs({ account, clock });
    call = jsonCaller(logs.service, "Logs_20140328");
    assert.deepEqual(logs.createLogGroup({ name: logGroupName }), { arn });
    assert.deepEqual(await call("CreateLogStream", { logGroupName, logStreamName }), {
      status: 200,
      body: {},
    });
  });

  /** Messages a millisecond apart, the last of them now. */
  const put = async (messages: readonly string[], change: object = {}) => {
    const logEvents = messages.map((message, index) => ({
      timestamp: clock.now() - messages.length + 1 + index,
      message,
    }));
    return (await call("PutLogEvents", { logGroupName, logStreamName, logEvents, ...change })).body;
  };
  const messagesOf = (body: object) =>
    "events" in body ? (body.events as { message: string }[]).map(({ message }) => message) : body;
  const filter = async (input: object = {}) =>
    (await call("FilterLogEvents", { logGroupName, ...input })).body;

  it("shows the events of all streams by time, once each to who follows them page by page", async () => {
    await call("CreateLogStream", { logGroupName, logStreamName: "other" });
    await put(["a", "c"]);
    await put(["b"], { logStreamName: "other", logEvents: [{ timestamp: now - 1, message: "b" }] });
    const first = await filter({ limit: 2, startTime: now - 1 });
    const [event] = (first["events"] ?? []) as { eventId: string }[];
    assert.match(event?.eventId ?? "", /^\d{56}$/);
    assert.deepEqual((first["events"] as unknown[])[1], {
      logStreamName: "other",
      timestamp: now - 1,
      message: "b",
      ingestionTime: now,
      eventId: (first["events"] as { eventId: string }[])[1]?.eventId,
    });
    assert.deepEqual([messagesOf(first), first["searchedLogStreams"]], [["a", "b"], []]);
    const second = await filter({ limit: 2, nextToken: first["nextToken"] });
    assert.deepEqual([messagesOf(second), second["nextToken"]], [["c"], undefined]);
    assert.deepEqual(messagesOf(await filter({ logStreamNames: ["other"] })), ["b"]);
    assert.deepEqual(messagesOf(await filter({ logStreamNamePrefix: "2026/" })), ["a", "c"]);
    assert.deepEqual(messagesOf(await filter({ endTime: now - 1 })), ["a", "b"]);
    assert.deepEqual(
      messagesOf((await call("FilterLogEvents", { logGroupIdentifier: arn, startTime: now })).body),
      ["c"],
    );
  });

  it("reads a stream forwards and backwards to its ends", async () => {
    await put(["1", "2", "3", "4", "5"]);
    const get = async (input: object) =>
      (await call("GetLogEvents", { logGroupName, logStreamName, limit: 2, ...input })).body;
    const tail = await get({});
    assert.deepEqual(messagesOf(tail), ["4", "5"]);
    const before = await get({ nextToken: tail["nextBackwardToken"] });
    assert.deepEqual(messagesOf(before), ["2", "3"]);
    assert.deepEqual(messagesOf(await get({ nextToken: before["nextForwardToken"] })), ["4", "5"]);
    const { nextForwardToken: nextToken } = tail;
    const end = await get({ nextToken });
    assert.deepEqual([end["events"], end["nextForwardToken"]], [[], nextToken]);
    await put(["6"]);
    assert.deepEqual(await get({ nextToken }), {
      events: [{ timestamp: now, message: "6", ingestionTime: now }],
      nextForwardToken: String(nextToken).replace(/5\/s$/, "6/s"),
      nextBackwardToken: String(nextToken).replace("f/", "b/").replace(/5\/s$/, "6/s"),
    });
    assert.deepEqual(messagesOf(await get({ startFromHead: true })), ["1", "2"]);
    assert.deepEqual(messagesOf(await get({ startTime: now - 2, endTime: now - 1 })), ["3"]);
  });

  it("keeps the newest 10,000 events of a group", async () => {
    await put(Array.from({ length: 9_999 }, (_, index) => `old ${index}`));
    await put(["new 1", "new 2"]);
    const kept = messagesOf(await filter()) as string[];
    assert.deepEqual([kept.length, kept[0], kept.at(-1)], [10_000, "old 1", "new 2"]);
  });

  it("leaves out events that are too old or too new, and says which", async () => {
    const timestamps = [now - 14 * 86_400_000 - 1, now - 14 * 86_400_000];
    const old = timestamps.map((timestamp) => ({ timestamp, message: "m" }));
    assert.deepEqual((await put([], { logEvents: old }))["rejectedLogEventsInfo"], {
      tooOldLogEventEndIndex: 1,
    });
    const future = [now, now + 7_200_001].map((timestamp) => ({ timestamp, message: "m" }));
    assert.deepEqual((await put([], { logEvents: future }))["rejectedLogEventsInfo"], {
      tooNewLogEventStartIndex: 1,
    });
    assert.deepEqual(messagesOf(await filter()), ["m", "m"]);
  });

  it("describes groups and streams", async () => {
    await put(["a", "b"]);
    logs.createLogGroup({ name: "other" });
    assert.deepEqual((await call("DescribeLogGroups", { logGroupNamePrefix: "/aws" })).body, {
      logGroups: [
        {
          logGroupName,
          creationTime: now,
          metricFilterCount: 0,
          arn: `${arn}:*`,
          storedBytes: 2,
          logGroupClass: "STANDARD",
          logGroupArn: arn,
        },
      ],
    });
    await call("CreateLogStream", { logGroupName, logStreamName: "zero" });
    const { logStreams } = (await call("DescribeLogStreams", { logGroupName, limit: 1 })).body;
    assert.deepEqual(logStreams, [
      {
        logStreamName,
        creationTime: now,
        firstEventTimestamp: now - 1,
        lastEventTimestamp: now,
        lastIngestionTime: now,
        arn: `${arn}:log-stream:${logStreamName}`,
        storedBytes: 0,
      },
    ]);
    const newest = { logGroupName, orderBy: "LastEventTime", descending: true, limit: 1 };
    const page = (await call("DescribeLogStreams", newest)).body;
    assert.deepEqual([page["logStreams"], page["nextToken"]], [logStreams, "1"]);
  });

  const events = (...timestamps: readonly number[]) => ({
    logEvents: timestamps.map((timestamp) => ({ timestamp, message: "m" })),
  });
  const named = { logGroupName, logStreamName };
  const refused: readonly (readonly [operation: string, input: object, code: string, message: string])[] = [
    [
      "CreateLogGroup",
      { logGroupName },
      "ResourceAlreadyExistsException",
      "The specified log group already exists",
    ],
    [
      "CreateLogGroup",
      { logGroupName: "a b" },
      "InvalidParameterException",
      "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
    ],
    ["CreateLogStream", named, "ResourceAlreadyExistsException", "The specified log stream already exists"],
    [
      "CreateLogStream",
      { ...named, logGroupName: "none" },
      "ResourceNotFoundException",
      "The specified log group does not exist.",
    ],
    [
      "PutLogEvents",
      { ...named, logStreamName: "none", ...events(now) },
      "ResourceNotFoundException",
      "The specified log stream does not exist.",
    ],
    [
      "PutLogEvents",
      { ...named, ...events(now, now - 1) },
      "InvalidParameterException",
      "Log events in a single PutLogEvents request must be in chronological order.",
    ],
    [
      "PutLogEvents",
      { ...named, ...events(now - 86_400_001, now) },
      "InvalidParameterException",
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    ],
    [
      "PutLogEvents",
      { ...named, logEvents: [{ timestamp: now, message: "é".repeat(524_276) }] },
      "InvalidParameterException",
      "Upload too large: 1048578 bytes exceeds limit of 1048576",
    ],
    [
      "FilterLogEvents",
      { logGroupName, filterPattern: "[ip, user]" },
      "InvalidParameterException",
      "Invalid filter pattern",
    ],
  ];
  for (const [operation, input, __type, message] of refused) {
    it(`refuses ${operation} with «${message.slice(0, 90)}»`, async () => {
      assert.deepEqual(await call(operation, input), { status: 400, body: { __type, message } });
    });
  }

  it("needs permission for the stream, which is empty in what is asked of a group", () => {
    for (const [operation, input, resource] of [
      ["CreateLogGroup", { logGroupName }, `${arn}:log-stream:`],
      ["CreateLogStream", named, `${arn}:log-stream:${logStreamName}`],
      ["PutLogEvents", named, `${arn}:log-stream:${logStreamName}`],
      ["FilterLogEvents", { logGroupIdentifier: arn }, `${arn}:log-stream:`],
      ["DescribeLogGroups", {}, "arn:aws:logs:eu-west-1:000000000000:log-group::log-stream:"],
    ] as const) {
      assert.deepEqual(call.permissions(operation, input), [{ action: `logs:${operation}`, resource }]);
    }
  });
});
