import { deepEqual } from "node:assert/strict";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { EventsHarness, eventOf } from "../helpers/events";

const arnOf = (resource: string) => `arn:aws:events:eu-west-1:000000000000:${resource}`;
const busArn = arnOf("event-bus/jobs");
const pattern = JSON.stringify({ source: ["jobrelay"] });
const noon = Date.parse("2026-03-01T12:00:00Z") / 1000;
const day = 86_400_000;

describe("An archive of the local EventBridge", () => {
  let harness: EventsHarness;

  beforeEach(() => {
    harness = new EventsHarness();
    harness.events.createBus("jobs");
  });

  afterEach(() => harness.events.stop());

  const create = (ArchiveName: string, more: object = {}) =>
    harness.call("CreateArchive", { ArchiveName, EventSourceArn: busArn, ...more });
  const put = (Source: string, Detail: object, EventBusName = "jobs") =>
    harness.call("PutEvents", {
      Entries: [{ Source, DetailType: "Job", Detail: JSON.stringify(Detail), EventBusName }],
    });
  const contents = async (ArchiveName: string) => {
    const { EventCount, SizeBytes } = await harness.call("DescribeArchive", { ArchiveName });
    return [EventCount, SizeBytes];
  };

  it("is made, shown, changed and deleted", async () => {
    const made = { ArchiveArn: arnOf("archive/a"), State: "ENABLED", CreationTime: noon };
    const summary = {
      ArchiveName: "a",
      EventSourceArn: busArn,
      State: "ENABLED",
      RetentionDays: 2,
      EventCount: 0,
      SizeBytes: 0,
      CreationTime: noon,
    };
    deepEqual(await create("a", { EventPattern: pattern, RetentionDays: 2, Description: "of jobs" }), made);
    deepEqual(await harness.call("ListArchives", {}), { Archives: [summary] });
    deepEqual(await harness.call("UpdateArchive", { ArchiveName: "a", Description: "of all jobs" }), made);
    deepEqual(await harness.call("DescribeArchive", { ArchiveName: "a" }), {
      ...summary,
      ArchiveArn: arnOf("archive/a"),
      Description: "of all jobs",
      EventPattern: pattern,
    });
    deepEqual(await harness.call("DeleteArchive", { ArchiveName: "a" }), {});
    deepEqual(await harness.call("ListArchives", {}), { Archives: [] });
  });

  it("keeps what its pattern matches, of what callers put on its bus", async () => {
    await create("all");
    await create("some", { EventPattern: pattern });
    await put("jobrelay", { jobId: "7" }, busArn);
    await put("another", {});
    await put("jobrelay", {}, "default");
    harness.events.publish(eventOf({}));
    deepEqual(
      [await contents("all"), await contents("some")],
      [
        [2, 44 + 32],
        [1, 44],
      ],
    );
  });

  it("forgets events after as many days as it says", async () => {
    await create("short", { RetentionDays: 1 });
    await create("for-ever");
    await put("jobrelay", {});
    harness.clock.advance(day);
    deepEqual(
      [await contents("short"), await contents("for-ever")],
      [
        [0, 0],
        [1, 33],
      ],
    );
  });

  it("is listed by the beginning of its name, its bus or its state, in pages", async () => {
    for (const name of ["b2", "a1", "b1"]) await create(name);
    await harness.call("CreateArchive", { ArchiveName: "c1", EventSourceArn: arnOf("event-bus/default") });
    const names = async (filter: object) => {
      const { Archives, NextToken } = await harness.call("ListArchives", filter);
      return [(Archives as JsonObject[]).map(({ ArchiveName }) => ArchiveName), NextToken] as const;
    };
    deepEqual(await names({ NamePrefix: "b" }), [["b1", "b2"], undefined]);
    deepEqual(await names({ EventSourceArn: arnOf("event-bus/default") }), [["c1"], undefined]);
    deepEqual(await names({ State: "DISABLED" }), [[], undefined]);
    const [first, NextToken] = await names({ Limit: 3 });
    deepEqual(
      [first, await names({ Limit: 3, NextToken })],
      [
        ["a1", "b1", "b2"],
        [["c1"], undefined],
      ],
    );
  });

  const refusals: readonly (readonly [
    title: string,
    operation: string,
    input: object,
    type: string,
    message: string,
  ])[] = [
    [
      "a second archive of the same name",
      "CreateArchive",
      { ArchiveName: "there", EventSourceArn: busArn },
      "ResourceAlreadyExistsException",
      "Archive there already exists.",
    ],
    [
      "an archive of no bus",
      "CreateArchive",
      { ArchiveName: "a", EventSourceArn: arnOf("event-bus/none") },
      "ResourceNotFoundException",
      "Event bus none does not exist.",
    ],
    [
      "a name of 49 characters",
      "CreateArchive",
      { ArchiveName: "a".repeat(49), EventSourceArn: busArn },
      "ValidationException",
      `1 validation error detected: Value '${"a".repeat(49)}' at 'archiveName' failed to satisfy constraint: Member must have length less than or equal to 48`,
    ],
    [
      "a name with a slash",
      "CreateArchive",
      { ArchiveName: "a/b", EventSourceArn: busArn },
      "ValidationException",
      "1 validation error detected: Value 'a/b' at 'archiveName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      "a pattern with an unknown operator",
      "CreateArchive",
      { ArchiveName: "a", EventSourceArn: busArn, EventPattern: '{"a":[{"near":1}]}' },
      "InvalidEventPatternException",
      "Event pattern is not valid. Reason: Unrecognized match type near",
    ],
    [
      "a retention of less than nothing",
      "UpdateArchive",
      { ArchiveName: "there", RetentionDays: -1 },
      "ValidationException",
      "1 validation error detected: Value '-1' at 'retentionDays' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
    ...["DescribeArchive", "UpdateArchive", "DeleteArchive"].map(
      (operation) =>
        [
          `${operation} of an archive that is not there`,
          operation,
          { ArchiveName: "none" },
          "ResourceNotFoundException",
          "Archive none does not exist.",
        ] as const,
    ),
    [
      "a list by two filters",
      "ListArchives",
      { NamePrefix: "a", State: "ENABLED" },
      "ValidationException",
      "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.",
    ],
    [
      "a list of the archives of no bus",
      "ListArchives",
      { EventSourceArn: arnOf("event-bus/none") },
      "ResourceNotFoundException",
      "Event bus none does not exist.",
    ],
    [
      "a page after nothing that was listed",
      "ListArchives",
      { NextToken: "b" },
      "InvalidToken",
      "The NextToken is invalid.",
    ],
  ];
  for (const [title, operation, input, __type, message] of refusals) {
    it(`refuses ${title}`, async () => {
      await create("there");
      deepEqual(await harness.call(operation, input), { __type, message });
    });
  }

  it("needs permission on itself, and to be made on its bus, too", () => {
    const archive = { ArchiveName: "a" };
    const on = (action: string, ...resources: string[]) =>
      resources.map((resource) => ({ action: `events:${action}`, resource }));
    deepEqual(
      harness.permissions("CreateArchive", { ...archive, EventSourceArn: busArn }),
      on("CreateArchive", arnOf("archive/a"), busArn),
    );
    for (const action of ["DescribeArchive", "UpdateArchive", "DeleteArchive"]) {
      deepEqual(harness.permissions(action, archive), on(action, arnOf("archive/a")));
    }
    deepEqual(harness.permissions("ListArchives", {}), on("ListArchives", "*"));
  });
});
