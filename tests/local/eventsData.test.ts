import { deepEqual, equal } from "node:assert/strict";
import { AwsError } from "../../local/services/service";
import { EventsHarness, eventOf } from "../helpers/events";

const arnOf = (resource: string) => `arn:aws:events:eu-west-1:000000000000:${resource}`;
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
const EventSourceArn = arnOf("event-bus/jobs");
const noon = Date.parse("2026-03-01T12:00:00Z") / 1000;
const minute = 60_000;

describe("An EventBridge that is stopped and started", () => {
  let harness: EventsHarness;

  beforeEach(async () => {
    harness = new EventsHarness();
    await declare();
  });

  afterEach(() => harness.events.stop());

  /** What the program has. */
  const declare = async () => {
    harness.events.createBus("jobs");
    rule("jobs", { EventBusName: "jobs", EventPattern: JSON.stringify({ source: ["jobrelay"] }) });
    rule("hourly", { ScheduleExpression: "rate(1 hour)" });
    await harness.events.createArchive({ ArchiveName: "all", EventSourceArn, RetentionDays: 1 });
  };
  const rule = (
    Name: string,
    more: { EventBusName?: string; EventPattern?: string; ScheduleExpression?: string },
  ) => {
    harness.events.putRule({ Name, ...more });
    const { EventBusName = "default" } = more;
    harness.events.putTarget({ Rule: Name, EventBusName, Target: { Id: "one", Arn: functionArn(Name) } });
  };
  const restart = (stopped = 0) => harness.restart(stopped, declare);
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
  const advance = async (milliseconds: number) => {
    harness.clock.advance(milliseconds);
    await harness.settled();
  };
  const countOf = (name: string) => harness.received.filter(({ to }) => to === functionArn(name)).length;
  const eventCount = async () =>
    (await harness.call("DescribeArchive", { ArchiveName: "all" }))["EventCount"];

  it("keeps the time of a schedule", async () => {
    await advance(50 * minute);
    await restart(9 * minute);
    await advance(0);
    equal(countOf("hourly"), 0);
    await advance(minute);
    equal(countOf("hourly"), 1);
  });

  it("makes up for a schedule that it missed, once, however often it missed it", async () => {
    await restart(300 * minute);
    await advance(0);
    equal(countOf("hourly"), 1);
    await advance(59 * minute);
    equal(countOf("hourly"), 1);
    await advance(minute);
    equal(countOf("hourly"), 2);
  });

  it("brings an event to a target that failed before, when the next attempt is due", async () => {
    harness.failures.push(new AwsError("ServiceException", "busy", 500));
    await put("1", 0);
    await harness.settled();
    equal(countOf("jobs"), 0);
    await restart();
    await harness.settled();
    equal(countOf("jobs"), 0);
    await advance(1000);
    equal(countOf("jobs"), 1);
    await restart(5 * minute);
    await advance(0);
    equal(countOf("jobs"), 1);
  });

  it("keeps what is published while it stops for the targets", async () => {
    await harness.events.stop();
    harness.events.publish(eventOf({ jobId: "1" }, { source: "aws.batch" }));
    await put("1", 0);
    await harness.settled();
    equal(harness.received.length, 0);
    await restart();
    await advance(0);
    equal(countOf("jobs"), 1);
  });

  it("keeps archived events for as long as the archive does", async () => {
    await put("1", 0);
    await harness.settled();
    await restart();
    equal(await eventCount(), 1);
    await restart(24 * 60 * minute);
    equal(await eventCount(), 0);
  });

  it("goes on with a replay that was under way, and repeats none of its events", async () => {
    for (const [jobId, at] of [
      ["1", 0],
      ["2", 60],
      ["3", 120],
    ] as const)
      await put(jobId, at);
    await harness.settled();
    harness.received.splice(0);
    await harness.call("StartReplay", {
      ReplayName: "again",
      EventSourceArn: arnOf("archive/all"),
      EventStartTime: noon,
      EventEndTime: noon + 3600,
      Destination: { Arn: EventSourceArn },
    });
    const jobIds = () =>
      harness.received.map(({ input }) => (input as { detail: { jobId: string } }).detail.jobId);
    await advance(20);
    await advance(20);
    deepEqual(jobIds(), ["1"]);
    await restart(minute);
    const describeReplay = () => harness.call("DescribeReplay", { ReplayName: "again" });
    equal((await describeReplay())["State"], "RUNNING");
    for (let step = 0; step < 3; step += 1) await advance(20);
    deepEqual([jobIds(), (await describeReplay())["State"]], [["1", "2", "3"], "COMPLETED"]);
    await restart();
    equal((await describeReplay())["State"], "COMPLETED");
  });
});
