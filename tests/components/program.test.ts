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

describe("The data of a stack", () => {
  let resources: readonly Registration[] = [];
  before(async () => {
    resources = (await recordProgram()).resources;
  });

  const ofType = (type: string) => resources.filter((resource) => resource.type.endsWith(`:${type}`));
  const named = (type: string) => Object.fromEntries(ofType(type).map(({ name, inputs }) => [name, inputs]));

  it("is encrypted with the stack's key, all of it", () => {
    const key = "arn:data-key";
    const keys = {
      tables: ofType("Table").map(
        ({ inputs }) => (inputs["serverSideEncryption"] as { kmsKeyArn: string }).kmsKeyArn,
      ),
      queues: ofType("Queue").map(({ inputs }) => inputs["kmsMasterKeyId"]),
      topics: ofType("Topic").map(({ inputs }) => inputs["kmsMasterKeyId"]),
      logs: ofType("LogGroup").map(({ inputs }) => inputs["kmsKeyId"]),
    };
    for (const [kind, used] of Object.entries(keys)) deepEqual([kind, [...new Set(used)]], [kind, [key]]);
    deepEqual(
      ofType("BucketServerSideEncryptionConfiguration").map(({ inputs }) => inputs["rules"]),
      [
        [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
            bucketKeyEnabled: true,
          },
        ],
      ],
    );
  });

  it("is reached over TLS only: queues, topics and buckets deny anything else", () => {
    const denials = ["QueuePolicy", "TopicPolicy", "BucketPolicy"].flatMap((type) =>
      ofType(type).map(({ name, inputs }) => {
        const { Statement } = JSON.parse(String(inputs["policy"])) as {
          Statement: { Sid: string; Effect: string }[];
        };
        return [name, Statement.some(({ Sid, Effect }) => Sid === "TlsOnly" && Effect === "Deny")];
      }),
    );
    const withPolicy = ["Queue", "Topic", "Bucket"].flatMap((type) =>
      ofType(type).map(({ name }) => `${name}-policy`),
    );
    deepEqual(Object.fromEntries(denials), Object.fromEntries(withPolicy.map((name) => [name, true])));
  });

  it("lies in buckets that nobody outside the account can be let into", () => {
    deepEqual(named("BucketPublicAccessBlock"), {
      "handoff-files-access": {
        bucket: "handoff-files-id",
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    });
    deepEqual(named("BucketOwnershipControls"), {
      "handoff-files-ownership": {
        bucket: "handoff-files-id",
        rule: { objectOwnership: "BucketOwnerEnforced" },
      },
    });
  });

  it("is encrypted with a key that admits the services that need it, and nobody directly", () => {
    const [key] = ofType("Key");
    const { Statement } = JSON.parse(String(key?.inputs["policy"])) as {
      Statement: Record<string, unknown>[];
    };
    deepEqual(
      Statement.map(({ Sid, Principal, Condition }) => [Sid, Principal, Condition]),
      [
        ["Administer", { AWS: "arn:aws:iam::111122223333:root" }, undefined],
        [
          "UseThroughServices",
          { AWS: "*" },
          {
            StringEquals: {
              "kms:CallerAccount": "111122223333",
              "kms:ViaService": ["dynamodb", "s3", "sns", "sqs"].map(
                (name) => `${name}.eu-west-1.amazonaws.com`,
              ),
            },
          },
        ],
        [
          "S3Notifies",
          { Service: "s3.amazonaws.com" },
          { StringEquals: { "aws:SourceAccount": "111122223333" } },
        ],
        [
          "EncryptLogs",
          { Service: "logs.eu-west-1.amazonaws.com" },
          {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:*",
            },
          },
        ],
      ],
    );
    const [administer] = Statement;
    const cryptography = /kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt|CreateGrant|\*)/;
    deepEqual(
      (administer?.["Action"] as string[]).filter((action) => cryptography.test(action)),
      [],
    );
  });
});
