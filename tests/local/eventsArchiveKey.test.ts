import { deepEqual } from "node:assert/strict";
import type { Authorize } from "../../local/endpoint/authorize";
import { AwsError } from "../../local/services/service";
import { EventsHarness } from "../helpers/events";

const arnOf = (resource: string) => `arn:aws:events:eu-west-1:000000000000:${resource}`;
const busArn = arnOf("event-bus/jobs");
const keyArn = "arn:aws:kms:eu-west-1:000000000000:key/5f0d6c1e-0000-4000-8000-000000000001";
const context = { "kms:EncryptionContext:aws:events:event-bus:arn": busArn };
const principal = {
  kind: "service",
  service: "events.amazonaws.com",
  sourceArn: arnOf("archive/a"),
};

describe("An archive with a key of the account's", () => {
  let harness: EventsHarness;
  let asked: { principal: object; permission: object }[];

  beforeEach(() => {
    asked = [];
    harness = new EventsHarness();
    harness.authorize = refusing();
    harness.events.createBus("jobs");
  });

  afterEach(() => harness.events.stop());

  /** Refuses one action, and notes all that is asked. */
  const refusing =
    (refused?: string): Authorize =>
    (request, _, permissions) => {
      for (const permission of permissions) {
        asked.push({ principal: request.principal, permission });
        if (permission.action === refused) throw new AwsError("AccessDeniedException", `no ${refused}`);
      }
    };
  const create = () =>
    harness.call("CreateArchive", { ArchiveName: "a", EventSourceArn: busArn, KmsKeyIdentifier: keyArn });
  const put = () =>
    harness.call("PutEvents", {
      Entries: [{ Source: "jobrelay", DetailType: "Job", Detail: "{}", EventBusName: "jobs" }],
    });
  const replay = async () => {
    await harness.call("StartReplay", {
      ReplayName: "r",
      EventSourceArn: arnOf("archive/a"),
      EventStartTime: 0,
      EventEndTime: 2e9,
      Destination: { Arn: busArn },
    });
    for (let steps = 0; steps < 3; steps++) {
      harness.clock.advance(20);
      await harness.settled();
    }
    const { State, StateReason } = await harness.call("DescribeReplay", { ReplayName: "r" });
    return [State, StateReason];
  };
  const eventCount = async () => (await harness.call("DescribeArchive", { ArchiveName: "a" }))["EventCount"];

  it("uses it as EventBridge, for its bus", async () => {
    await create();
    await put();
    deepEqual(await replay(), ["COMPLETED", undefined]);
    const actions = ["kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKey", "kms:Decrypt"];
    deepEqual(
      asked,
      actions.map((action) => ({
        principal,
        permission: {
          action,
          resource: keyArn,
          ...(action === "kms:DescribeKey" ? {} : { context }),
        },
      })),
    );
    deepEqual((await harness.call("DescribeArchive", { ArchiveName: "a" }))["KmsKeyIdentifier"], keyArn);
  });

  it("moves from one key to another by both", async () => {
    await create();
    asked = [];
    const another = keyArn.replace(/1$/, "2");
    await harness.call("UpdateArchive", { ArchiveName: "a", KmsKeyIdentifier: another });
    await harness.call("UpdateArchive", { ArchiveName: "a", KmsKeyIdentifier: another });
    deepEqual(
      asked.map(({ permission }) => permission),
      [
        { action: "kms:ReEncryptFrom", resource: keyArn, context },
        { action: "kms:DescribeKey", resource: another },
        { action: "kms:ReEncryptTo", resource: another, context },
      ],
    );
  });

  it("is not made when it may not use it", async () => {
    harness.authorize = refusing("kms:GenerateDataKey");
    deepEqual(await create(), { __type: "AccessDeniedException", message: "no kms:GenerateDataKey" });
    deepEqual(await harness.call("ListArchives", {}), { Archives: [] });
  });

  it("says in the log which events it cannot keep", async () => {
    await create();
    harness.authorize = refusing("kms:GenerateDataKey");
    const answer = await put();
    const [{ EventId } = { EventId: "" }] = answer["Entries"] as { EventId: string }[];
    deepEqual(await eventCount(), 0);
    deepEqual(harness.lines, [`events: event ${EventId} is not in the archive a: no kms:GenerateDataKey`]);
  });

  it("fails its replays when it cannot be read", async () => {
    await create();
    await put();
    harness.authorize = refusing("kms:Decrypt");
    deepEqual(await replay(), ["FAILED", "no kms:Decrypt"]);
  });
});
