import { deepEqual } from "node:assert/strict";
import type { EventEnvelope } from "../../local/services/events";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { EventsHarness, eventOf } from "../helpers/events";

const arnOf = (resource: string) => `arn:aws:events:eu-west-1:000000000000:${resource}`;
const busArn = arnOf("event-bus/jobs");
const archiveArn = arnOf("archive/a");
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
const noon = Date.parse("2026-03-01T12:00:00Z") / 1000;
const minute = 60_000;

describe("A replay of the local EventBridge", () => {
  let harness: EventsHarness;

  beforeEach(async () => {
    harness = new EventsHarness();
    harness.events.createBus("jobs");
    rule("live", { "replay-name": [{ exists: false }] });
    rule("replayed", { "replay-name": [{ exists: true }] });
    rule("everything", { source: ["jobrelay"] });
    await harness.call("CreateArchive", { ArchiveName: "a", EventSourceArn: busArn });
  });

  afterEach(() => harness.events.stop());

  const rule = (Name: string, pattern: object) => {
    harness.events.putRule({ Name, EventBusName: "jobs", EventPattern: JSON.stringify(pattern) });
    const Target = { Id: "one", Arn: functionArn(Name) };
    harness.events.putTarget({ Rule: Name, EventBusName: "jobs", Target });
  };
  /** @param at seconds after noon */
  const put = (jobId: string, at: number) =>
    harness.call("PutEvents", {
      Entries: [
        {
          Source: "jobrelay",
          DetailType: "Job",
          Detail: JSON.stringify({ jobId }),
          Time: noon + at,
          EventBusName: "jobs",
        },
      ],
    });
  const window = (start: number, end: number) => ({
    EventStartTime: noon + start,
    EventEndTime: noon + end,
  });
  const start = (ReplayName: string, more: object = {}) =>
    harness.call("StartReplay", {
      ReplayName,
      EventSourceArn: archiveArn,
      ...window(0, 3600),
      Destination: { Arn: busArn },
      ...more,
    });
  const describeReplay = (ReplayName: string) => harness.call("DescribeReplay", { ReplayName });
  const stateOf = async (name: string) => (await describeReplay(name))["State"];
  /** Lets a replay come as far as it can. */
  const finish = async (name: string) => {
    while (["STARTING", "RUNNING", "CANCELLING"].includes(String(await stateOf(name)))) await step();
  };
  const step = async () => {
    harness.clock.advance(20);
    await harness.settled();
  };
  const received = () =>
    harness.received.map(({ to, input }) => {
      const { "replay-name": replay, detail } = input as EventEnvelope;
      return [to.split(":").at(-1), replay, (detail as JsonObject)["jobId"]];
    });
  const forgetReceived = () => harness.received.splice(0);

  it("brings the events of a window to the rules of their bus, as they were but for its name", async () => {
    const jobs: readonly (readonly [jobId: string, at: number])[] = [
      ["third", 90],
      ["before", -1],
      // Its time is told in whole seconds, so that it seems to lie before the start.
      ["first", 0.7],
      ["second", 30],
      ["at the end", 3600],
    ];
    for (const [jobId, at] of jobs) await put(jobId, at);
    await harness.settled();
    const before = forgetReceived().map(({ input }) => input as EventEnvelope);
    await start("again", window(0.5, 3600));
    await finish("again");
    const replayed = ["first", "second", "third"];
    deepEqual(
      received(),
      replayed.flatMap((jobId) => [
        ["replayed", "again", jobId],
        ["everything", "again", jobId],
      ]),
    );
    const first = before.find(({ detail }) => (detail as JsonObject)["jobId"] === "first");
    deepEqual(harness.received[0]?.input, {
      ...first,
      "replay-name": "again",
    });
    deepEqual(first, eventOf({ jobId: "first" }, { "detail-type": "Job", id: first?.id ?? "" }));
  });

  it("is not archived again", async () => {
    await put("one", 0);
    for (const name of ["again", "and-again"]) {
      await start(name);
      await finish(name);
    }
    forgetReceived();
    await start("once-more");
    await finish("once-more");
    deepEqual(received(), [
      ["replayed", "once-more", "one"],
      ["everything", "once-more", "one"],
    ]);
  });

  it("goes to those rules alone that it names", async () => {
    await put("one", 0);
    await harness.settled();
    forgetReceived();
    await start("filtered", { Destination: { Arn: busArn, FilterArns: [arnOf("rule/jobs/everything")] } });
    await finish("filtered");
    deepEqual(received(), [["everything", "filtered", "one"]]);
  });

  it("takes the events minute by minute, and tells how far it is", async () => {
    await put("one", 5);
    await put("two", 61);
    const common = {
      ReplayName: "again",
      ReplayArn: arnOf("replay/again"),
      Description: "lost ones",
      EventSourceArn: archiveArn,
      Destination: { Arn: busArn },
      ...window(0, 3600),
      ReplayStartTime: noon,
    };
    deepEqual(await start("again", { Description: "lost ones" }), {
      ReplayArn: arnOf("replay/again"),
      State: "STARTING",
      ReplayStartTime: noon,
    });
    const shown: JsonObject[] = [];
    for (let steps = 0; steps < 5; steps++) {
      shown.push(await describeReplay("again"));
      await step();
    }
    const last = (at: number) => ({ EventLastReplayedTime: noon + at });
    deepEqual(shown, [
      { ...common, State: "STARTING" },
      { ...common, State: "RUNNING" },
      { ...common, State: "RUNNING", ...last(5) },
      { ...common, State: "RUNNING", ...last(61) },
      { ...common, State: "COMPLETED", ...last(61), ReplayEndTime: noon + 0.08 },
    ]);
  });

  it("ends early when it is cancelled", async () => {
    await put("one", 0);
    await put("two", 60);
    await start("again");
    await step();
    await step();
    forgetReceived();
    const cancelled = { ReplayArn: arnOf("replay/again"), State: "CANCELLING" };
    deepEqual(await harness.call("CancelReplay", { ReplayName: "again" }), cancelled);
    await finish("again");
    deepEqual([await stateOf("again"), received()], ["CANCELLED", []]);
  });

  it("does not begin when it is cancelled before", async () => {
    await put("one", 0);
    await harness.settled();
    forgetReceived();
    await start("again");
    await harness.call("CancelReplay", { ReplayName: "again" });
    await finish("again");
    deepEqual([await stateOf("again"), received()], ["CANCELLED", []]);
  });

  it("replays nothing that the archive has forgotten", async () => {
    await harness.call("UpdateArchive", { ArchiveName: "a", RetentionDays: 1 });
    await put("one", 0);
    harness.clock.advance(24 * 60 * minute);
    await harness.settled();
    forgetReceived();
    await start("late");
    await finish("late");
    deepEqual([await stateOf("late"), received()], ["COMPLETED", []]);
  });

  it("is listed by the beginning of its name, its archive or its state, in pages", async () => {
    for (const name of ["b1", "a1"]) await start(name);
    await harness.call("CancelReplay", { ReplayName: "a1" });
    await finish("a1");
    const one = {
      EventSourceArn: archiveArn,
      ...window(0, 3600),
      ReplayStartTime: noon,
    };
    const a1 = { ...one, ReplayName: "a1", State: "CANCELLED", ReplayEndTime: noon + 0.02 };
    const b1 = { ...one, ReplayName: "b1", State: "RUNNING" };
    deepEqual(await harness.call("ListReplays", { EventSourceArn: archiveArn }), { Replays: [a1, b1] });
    deepEqual(await harness.call("ListReplays", { NamePrefix: "b" }), { Replays: [b1] });
    deepEqual(await harness.call("ListReplays", { State: "CANCELLED" }), { Replays: [a1] });
    const { NextToken, ...first } = await harness.call("ListReplays", { Limit: 1 });
    deepEqual(
      [first, await harness.call("ListReplays", { NextToken })],
      [{ Replays: [a1] }, { Replays: [b1] }],
    );
  });

  it("is one of ten at most at a time", async () => {
    for (let number = 1; number <= 10; number++) await start(`replay-${number}`);
    deepEqual(await start("one-more"), {
      __type: "LimitExceededException",
      message: "The requested resource exceeds the maximum number allowed.",
    });
    await finish("replay-1");
    deepEqual((await start("one-more"))["State"], "STARTING");
  });

  const invalid = (parameter: string, reason: string) =>
    ["ValidationException", `Parameter ${parameter} is not valid. Reason: ${reason}`] as const;
  const refusals: readonly (readonly [
    title: string,
    operation: string,
    input: object,
    type: string,
    message: string,
  ])[] = [
    [
      "a window that ends when it begins",
      "StartReplay",
      window(1, 1),
      ...invalid("EventEndTime", "EventStartTime must be before EventEndTime."),
    ],
    [
      "a destination that is no bus",
      "StartReplay",
      { Destination: { Arn: functionArn("f") } },
      ...invalid("Destination.Arn", "Must contain an event bus ARN."),
    ],
    [
      "a bus that is not there",
      "StartReplay",
      { Destination: { Arn: arnOf("event-bus/none") } },
      "ResourceNotFoundException",
      "Event bus none does not exist.",
    ],
    [
      "another bus than the archive's",
      "StartReplay",
      { Destination: { Arn: arnOf("event-bus/default") } },
      ...invalid("Destination.Arn", "Cross event bus replay is not permitted."),
    ],
    [
      "an archive that is not there",
      "StartReplay",
      { EventSourceArn: arnOf("archive/none") },
      ...invalid("EventSourceArn", "Archive none does not exist."),
    ],
    [
      "a name that was used before",
      "StartReplay",
      { ReplayName: "there" },
      "ResourceAlreadyExistsException",
      "Replay there already exists.",
    ],
    [
      "a replay without a destination",
      "StartReplay",
      { Destination: null },
      "ValidationException",
      "1 validation error detected: Value null at 'destination' failed to satisfy constraint: Member must not be null",
    ],
    [
      "a name with a space",
      "StartReplay",
      { ReplayName: "a b" },
      "ValidationException",
      "1 validation error detected: Value 'a b' at 'replayName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      "to show a replay that is not there",
      "DescribeReplay",
      { ReplayName: "none" },
      "ResourceNotFoundException",
      "Replay none does not exist.",
    ],
    [
      "to cancel a replay that has ended",
      "CancelReplay",
      { ReplayName: "there" },
      "IllegalStatusException",
      "Replay there is not in a valid state for this operation.",
    ],
    [
      "a list by a state that there is not",
      "ListReplays",
      { State: "ENABLED" },
      "ValidationException",
      "1 validation error detected: Value 'ENABLED' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [STARTING, RUNNING, CANCELLING, COMPLETED, CANCELLED, FAILED]",
    ],
  ];
  for (const [title, operation, input, __type, message] of refusals) {
    it(`refuses ${title}`, async () => {
      await start("there");
      await finish("there");
      const answer = operation === "StartReplay" ? start("new", input) : harness.call(operation, input);
      deepEqual(await answer, { __type, message });
    });
  }

  it("needs permission on itself, and to be started on its archive and bus, too", () => {
    const replay = { ReplayName: "r" };
    const on = (action: string, ...resources: string[]) =>
      resources.map((resource) => ({ action: `events:${action}`, resource }));
    deepEqual(
      harness.permissions("StartReplay", {
        ...replay,
        EventSourceArn: archiveArn,
        Destination: { Arn: busArn },
      }),
      on("StartReplay", archiveArn, busArn, arnOf("replay/r")),
    );
    for (const action of ["DescribeReplay", "CancelReplay"]) {
      deepEqual(harness.permissions(action, replay), on(action, arnOf("replay/r")));
    }
    deepEqual(harness.permissions("ListReplays", {}), on("ListReplays", "*"));
  });
});
