import { deepEqual } from "node:assert/strict";
import type { Cloud } from "../../local/cloud";
import { checkInputs } from "../../local/resources/adapter";
import { eventsAdapters } from "../../local/resources/events";
import type { Registration } from "../../local/runtime/program";
import { EventsHarness } from "../helpers/events";
import { recordProgram } from "../helpers/recordedProgram";

const arnOf = (resource: string) => `arn:aws:events:eu-west-1:000000000000:${resource}`;

describe("Of events, the program makes", () => {
  let resources: readonly Registration[] = [];
  before(async function () {
    this.timeout(60_000);
    resources = (await recordProgram({ config: { "jobrelay:jobRetentionDays": "30" } })).resources;
  });

  const inputsOf = (type: string, name: string) =>
    resources.find((resource) => resource.type === type && resource.name === name)?.inputs;

  it("a bus, and an archive that keeps events as long as jobs, under the stack's key, but for replayed ones", () => {
    deepEqual(inputsOf("aws:cloudwatch/eventBus:EventBus", "job-events"), { description: "How jobs end" });
    deepEqual(inputsOf("aws:cloudwatch/eventArchive:EventArchive", "job-events-archive"), {
      description: "How jobs ended, to be replayed",
      eventSourceArn: "arn:job-events",
      eventPattern: '{"source":["jobrelay"],"replay-name":[{"exists":false}]}',
      retentionDays: 30,
      kmsKeyIdentifier: "arn:data-key",
    });
  });

  it("a rule on that bus for replayed failures alone, which may call the function that redrives", () => {
    const rule = "job-events-replayed";
    deepEqual(inputsOf("aws:cloudwatch/eventRule:EventRule", rule), {
      description: "Jobs that failed or ran out of time, replayed from the archive",
      eventBusName: "job-events",
      eventPattern: JSON.stringify({
        source: ["jobrelay"],
        "detail-type": ["jobrelay.job.failed", "jobrelay.job.timed_out"],
        "replay-name": [{ exists: true }],
      }),
    });
    deepEqual(inputsOf("aws:cloudwatch/eventTarget:EventTarget", "replay-jobs-replayed-failures"), {
      rule,
      eventBusName: "job-events",
      arn: "arn:replay-jobs",
    });
    deepEqual(inputsOf("aws:lambda/permission:Permission", "replay-jobs-replayed-failures"), {
      action: "lambda:InvokeFunction",
      function: "replay-jobs",
      principal: "events.amazonaws.com",
      sourceArn: `arn:${rule}`,
    });
  });

  it("a queue for replayed failures that the function cannot handle", () => {
    deepEqual(
      inputsOf("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "replay-jobs-on-failure"),
      {
        functionName: "replay-jobs",
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destination: "arn:replay-jobs-failures" } },
      },
    );
  });
});

describe("Of events, the local cloud brings to life", () => {
  let harness: EventsHarness;
  beforeEach(() => (harness = new EventsHarness()));
  afterEach(() => harness.events.stop());

  /** Makes a resource with the name `x-1234567`; answers what the program gets. */
  const make = (kind: string, inputs: object) => {
    const type = `aws:cloudwatch/${kind}`;
    const adapter = eventsAdapters[type];
    if (!adapter) throw new Error(`there is no adapter of ${type}`);
    const registration = { type, name: "x", custom: true, inputs: { ...inputs } };
    checkInputs(registration, adapter);
    const cloud = { events: harness.events } as unknown as Cloud;
    return adapter.create({ ...registration, physicalName: "x-1234567" }, cloud);
  };

  it("a bus, an archive of it, and a rule and a target on it", async () => {
    const busArn = arnOf("event-bus/x-1234567");
    const made = { id: "x-1234567" };
    const name = "x-1234567";
    deepEqual(await make("eventBus:EventBus", { description: "d" }), {
      ...made,
      state: { description: "d", name, arn: busArn },
    });
    const archive = {
      description: "d",
      eventSourceArn: busArn,
      eventPattern: '{"source":["jobrelay"]}',
      retentionDays: 30,
      kmsKeyIdentifier: "arn:aws:kms:eu-west-1:000000000000:key/k",
    };
    deepEqual(await make("eventArchive:EventArchive", archive), {
      ...made,
      state: { ...archive, name, arn: arnOf(`archive/${name}`) },
    });
    const { EventSourceArn, EventPattern, RetentionDays, KmsKeyIdentifier } = await harness.call(
      "DescribeArchive",
      { ArchiveName: name },
    );
    deepEqual(
      [EventSourceArn, EventPattern, RetentionDays, KmsKeyIdentifier],
      [busArn, archive.eventPattern, 30, archive.kmsKeyIdentifier],
    );
    const rule = { eventBusName: name, eventPattern: archive.eventPattern };
    deepEqual(await make("eventRule:EventRule", rule), {
      ...made,
      state: { ...rule, name, arn: arnOf(`rule/${name}/${name}`) },
    });
    const target = {
      rule: name,
      eventBusName: name,
      arn: "arn:aws:lambda:eu-west-1:000000000000:function:f",
    };
    await make("eventTarget:EventTarget", target);
    deepEqual(await harness.call("ListTargetsByRule", { Rule: name, EventBusName: name }), {
      Targets: [{ Id: name, Arn: target.arn }],
    });
  });
});
