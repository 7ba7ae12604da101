import { deepEqual, equal, rejects } from "node:assert/strict";
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import { account, allow, startTestCloud, type TestCloud } from "../helpers/cloud";

const arnOf = (resource: string) => `arn:aws:events:eu-west-1:${account.accountId}:${resource}`;
const busArn = arnOf("event-bus/jobs");
const archiveArn = arnOf("archive/a");
const needed = [busArn, archiveArn, arnOf("replay/r")];

describe("Archives and replays at the endpoint", () => {
  let cloud: TestCloud;
  const clients: EventBridgeClient[] = [];
  before(async () => {
    cloud = await startTestCloud();
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await cloud.stop();
  });

  const clientOf = (roleArn?: string) => {
    const client = new EventBridgeClient(cloud.settings(roleArn));
    clients.push(client);
    return client;
  };
  const start = (ReplayName: string) =>
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: archiveArn,
      EventStartTime: new Date("2026-01-01T00:00:00Z"),
      EventEndTime: new Date("2026-01-02T00:00:00Z"),
      Destination: { Arn: busArn },
    });
  /** Of an archive, with this key. */
  const create = (ArchiveName: string, KmsKeyIdentifier?: string) =>
    new CreateArchiveCommand({ ArchiveName, EventSourceArn: busArn, KmsKeyIdentifier });

  it("are what the SDK makes, with times as dates", async () => {
    const client = clientOf();
    await client.send(new CreateEventBusCommand({ Name: "jobs" }));
    const { CreationTime } = await client.send(create("a"));
    const entry = { Source: "jobrelay", DetailType: "Job", Detail: "{}", EventBusName: busArn };
    await client.send(
      new PutEventsCommand({ Entries: [{ ...entry, Time: new Date("2026-01-01T12:00:00Z") }] }),
    );
    const { $metadata, ...archive } = await client.send(new DescribeArchiveCommand({ ArchiveName: "a" }));
    equal($metadata.httpStatusCode, 200);
    deepEqual(archive, {
      ArchiveArn: archiveArn,
      ArchiveName: "a",
      EventSourceArn: busArn,
      State: "ENABLED",
      RetentionDays: 0,
      EventCount: 1,
      SizeBytes: 33,
      CreationTime,
    });
    await client.send(start("all"));
    const replay = await client.send(new DescribeReplayCommand({ ReplayName: "all" }));
    deepEqual(
      [replay.EventStartTime, replay.EventEndTime],
      [new Date("2026-01-01T00:00:00Z"), new Date("2026-01-02T00:00:00Z")],
    );
  });

  for (const [index, without] of needed.entries()) {
    it(`start no replay for who is not allowed to on ${without}`, async () => {
      const statements = needed
        .filter((resource) => resource !== without)
        .map((resource) => allow("events:StartReplay", resource));
      const client = clientOf(cloud.role(`replayer-${index}`, statements));
      await rejects(client.send(start("r")), {
        name: "AccessDeniedException",
        message: new RegExp(`not authorized to perform: events:StartReplay on resource: ${without} `),
      });
    });
  }

  it("start and cancel a replay for who is allowed to, and to do nothing else", async () => {
    const statements = [
      ...needed.map((resource) => allow("events:StartReplay", resource)),
      allow("events:CancelReplay", arnOf("replay/r")),
    ];
    const client = clientOf(cloud.role("replayer", statements));
    await client.send(start("r"));
    const { State } = await client.send(new CancelReplayCommand({ ReplayName: "r" }));
    deepEqual(State, "CANCELLING");
    await rejects(client.send(new DescribeReplayCommand({ ReplayName: "r" })), {
      name: "AccessDeniedException",
    });
  });

  it("make an archive with a key that EventBridge may use for its bus, and with no other", async () => {
    const events = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Resource: "*" };
    const describeKey = { ...events, Action: "kms:DescribeKey" };
    const use = (bus: string) => ({
      ...events,
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Condition: { StringEquals: { "kms:EncryptionContext:aws:events:event-bus:arn": arnOf(bus) } },
    });
    const client = clientOf();
    await rejects(client.send(create("b", cloud.key([describeKey, use("event-bus/another")]))), {
      name: "AccessDeniedException",
    });
    const { State } = await client.send(create("b", cloud.key([describeKey, use("event-bus/jobs")])));
    deepEqual(State, "ENABLED");
  });
});
