import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Registration } from "../../local/runtime/program";
import { recordProgram } from "../helpers/recordedProgram";

const identities = (resources: readonly Registration[]) =>
  resources.map(({ type, name }) => `${type} ${name}`).sort();

describe("The program", () => {
  it("shows in a preview, when nothing is known yet, every resource that it makes", async () => {
    const preview = await recordProgram({ preview: true });
    const update = await recordProgram();
    deepEqual(identities(preview.resources), identities(update.resources));
  });

  it("makes the same resources with the same inputs when it runs again", async () => {
    const inputs = async () =>
      Object.fromEntries(
        (await recordProgram()).resources
          .filter(({ type }) => type !== "aws:lambda/function:Function")
          .map(({ type, name, inputs }) => [`${type} ${name}`, inputs]),
      );
    deepEqual(await inputs(), await inputs());
  });

  it("gives nothing a fixed physical name", async () => {
    const { resources } = await recordProgram();
    const physical = ["name", "bucket", "functionName", "roleName"];
    const makers = /:(Table|Queue|Topic|Bucket|Function|Role|StateMachine|RestApi|LogGroup|EventRule)$/;
    const named = resources.filter(
      ({ type, inputs }) => makers.test(type) && physical.some((key) => key in inputs),
    );
    deepEqual(identities(named), []);
  });

  it("protects the data of the prod stack, and not that of dev", async () => {
    const protectionOf = async (stack: string) => {
      const { resources } = await recordProgram({ stack });
      return resources.find(({ type }) => type.endsWith(":Table"))?.inputs["deletionProtectionEnabled"];
    };
    deepEqual([await protectionOf("prod"), await protectionOf("dev")], [true, false]);
  });

  it("sets one notification on the bucket, for one bucket can have only one", async () => {
    const { resources } = await recordProgram();
    equal(resources.filter(({ type }) => type.endsWith(":BucketNotification")).length, 1);
  });

  it("gives each queue a visibility timeout of six times its consumer's timeout, and dead letters", async () => {
    const { resources } = await recordProgram();
    const queues = resources.filter(
      ({ type, name }) => type.endsWith(":Queue") && ["handoffs", "callbacks"].includes(name),
    );
    deepEqual(
      queues.map(({ name, inputs }) => [name, inputs["visibilityTimeoutSeconds"], inputs["redrivePolicy"]]),
      ["handoffs", "callbacks"].map((name) => [
        name,
        360,
        JSON.stringify({ deadLetterTargetArn: `arn:${name}-dead`, maxReceiveCount: 5 }),
      ]),
    );
  });

  it("stops, saying what is wrong, when the catalogue cannot work", async () => {
    const config = { "jobrelay:processes": JSON.stringify({ a: { steps: [{ invoke: "nothing" }] } }) };
    await rejects(recordProgram({ config }), /jobrelay:processes\.a\.steps\[0\]\.invoke is "nothing"/);
  });

  it("stops when a setting lies outside its range", async () => {
    await rejects(
      recordProgram({ config: { "jobrelay:logRetentionDays": "8" } }),
      /jobrelay:logRetentionDays is 8\. Rule: one of 1, 3, 5.*Remedy: pulumi config set logRetentionDays 90/,
    );
  });

  it("has a main file of less than a hundred lines", () => {
    const lines = readFileSync(path.resolve(__dirname, "../../index.ts"), "utf8").split("\n").length;
    equal(lines < 100, true);
  });

  it("shows where to call, what to assume and where files go", async () => {
    const { outputs } = await recordProgram();
    deepEqual(outputs, {
      apiUrl: "https://jobs-api-stage",
      jobsApiInvokeRoleArn: "arn:jobs-api-invoke-role",
      handoffBucket: "handoff-files",
      partnerRoleArn: "arn:orchestrator-partner-role",
      jobsTable: "jobs",
      notificationTopicArn: "arn:notifications",
      stateMachineArns: { settlement: "arn:workflow-settlement", sleep: "arn:workflow-sleep" },
    });
    match(String(outputs["apiUrl"]), /^https:/);
  });
});
