import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Registration } from "../../local/runtime/program";
import { everything, recordProgram } from "../helpers/recordedProgram";

const identities = (resources: readonly Registration[]) =>
  resources.map(({ type, name }) => `${type} ${name}`).sort();

describe("The program", () => {
  it("shows in a preview, when nothing is known yet, every resource that it makes", async () => {
    const preview = await recordProgram({ preview: true, config: everything });
    const update = await recordProgram({ config: everything });
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

  it("makes no network and no queue when no process has a container, and no alarm without a trigger", async () => {
    const config = { "jobrelay:monitoring": "none" };
    const { resources } = await recordProgram({ stack: "prod", config });
    const paid = /^(awsx:|aws:(batch|ec2)\/|aws:cloudwatch\/metricAlarm)/;
    deepEqual(identities(resources.filter(({ type }) => paid.test(type))), []);
  });

  it("makes no bucket for outputs when nothing has any, and no secret and no webhook without a platform", async () => {
    const { resources } = await recordProgram({ stack: "prod" });
    const { resources: withContainers } = await recordProgram();
    const ofEgress = (each: readonly Registration[]) =>
      each
        .filter(({ custom, name }) => custom && /^(egress-files|receive-webhook|platform-token)$/.test(name))
        .map(({ name }) => name);
    deepEqual([ofEgress(resources), ofEgress(withContainers)], [[], ["egress-files"]]);
    const api = withContainers.find(({ type }) => type.endsWith(":RestApi"));
    equal(String(api?.inputs["body"]).includes("/job-complete"), false);
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
      ({ type, name }) => type.endsWith(":Queue") && !/-(dead|failures)$/.test(name),
    );
    const expected: [name: string, timeout: number, tries: number][] = [
      ["egress", 5_400, 110],
      ["handoffs", 360, 5],
      ["callbacks", 360, 5],
    ];
    deepEqual(
      queues.map(({ name, inputs }) => [name, inputs["visibilityTimeoutSeconds"], inputs["redrivePolicy"]]),
      expected.map(([name, timeout, maxReceiveCount]) => [
        name,
        timeout,
        JSON.stringify({ deadLetterTargetArn: `arn:${name}-dead`, maxReceiveCount }),
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
    const { outputs } = await recordProgram({ config: everything });
    deepEqual(outputs, {
      egressBucket: "egress-files",
      alarmTopicArn: "arn:alarms",
      dashboardName: "jobrelay-jobs",
      deadLetterQueues: outputs["deadLetterQueues"],
      eventBusArn: "arn:job-events",
      eventArchiveArn: "arn:job-events-archive",
      platformTokenSecretArn: "arn:platform-token",
      webhookSecretArn: "arn:webhook-secret",
      apiUrl: "https://jobs-api-stage",
      jobsApiInvokeRoleArn: "arn:jobs-api-invoke-role",
      handoffBucket: "handoff-files",
      jobQueueArn: "arn:batch-queue",
      outputsBucket: "job-outputs",
      notifierPolicyArn: "arn:batch-notifier",
      partnerRoleArn: "arn:orchestrator-partner-role",
      jobsTable: "jobs",
      tagGroups: { tableArn: "arn:tag-groups", services: ["s3", "sqs"], ratePerSecond: 5 },
      notificationTopicArn: "arn:notifications",
      stateMachineArns: Object.fromEntries(
        ["settlement", "sleep", "apost", "forecast-energy", "forecast-and-approve"].map((name) => [
          name,
          `arn:workflow-${name}`,
        ]),
      ),
    });
    match(String(outputs["apiUrl"]), /^https:/);
  });
});

describe("The data of a stack", () => {
  let resources: readonly Registration[] = [];
  before(async () => {
    resources = (await recordProgram({ config: everything })).resources;
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
      secrets: ofType("Secret").map(({ inputs }) => inputs["kmsKeyId"]),
      archives: ofType("EventArchive").map(({ inputs }) => inputs["kmsKeyIdentifier"]),
      logs: ofType("LogGroup").map(({ inputs }) => inputs["kmsKeyId"]),
    };
    for (const [kind, used] of Object.entries(keys)) deepEqual([kind, [...new Set(used)]], [kind, [key]]);
    const rule = {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
      bucketKeyEnabled: true,
    };
    deepEqual(
      ofType("BucketServerSideEncryptionConfiguration").map(({ inputs }) => inputs["rules"]),
      ofType("Bucket").map(() => [rule]),
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
    const closed = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    const rule = { objectOwnership: "BucketOwnerEnforced" };
    const each = (suffix: string, inputs: object) =>
      Object.fromEntries(
        ["handoff-files", "egress-files", "job-outputs"].map((name) => [
          `${name}-${suffix}`,
          { bucket: `${name}-id`, ...inputs },
        ]),
      );
    deepEqual(named("BucketPublicAccessBlock"), each("access", closed));
    deepEqual(named("BucketOwnershipControls"), each("ownership", { rule }));
  });

  it("is encrypted with a key that admits the services that need it, and nobody directly", () => {
    const [key] = ofType("Key");
    const services = ["dynamodb", "s3", "secretsmanager", "sns", "sqs"];
    const throughServices = {
      "kms:CallerAccount": "111122223333",
      "kms:ViaService": services.map((name) => `${name}.eu-west-1.amazonaws.com`),
    };
    const { Statement } = JSON.parse(String(key?.inputs["policy"])) as {
      Statement: Record<string, unknown>[];
    };
    deepEqual(
      Statement.map(({ Sid, Principal, Condition }) => [Sid, Principal, Condition]),
      [
        ["Administer", { AWS: "arn:aws:iam::111122223333:root" }, undefined],
        ["UseThroughServices", { AWS: "*" }, { StringEquals: throughServices }],
        [
          "GrantToServices",
          { AWS: "*" },
          { StringEquals: throughServices, Bool: { "kms:GrantIsForAWSResource": "true" } },
        ],
        [
          "S3Notifies",
          { Service: "s3.amazonaws.com" },
          { StringEquals: { "aws:SourceAccount": "111122223333" } },
        ],
        [
          "SnsDelivers",
          { Service: "sns.amazonaws.com" },
          { StringEquals: { "aws:SourceAccount": "111122223333" } },
        ],
        [
          "AlarmsNotify",
          { Service: "cloudwatch.amazonaws.com" },
          { StringEquals: { "aws:SourceAccount": "111122223333" } },
        ],
        ["DescribeToEvents", { Service: "events.amazonaws.com" }, undefined],
        [
          "ArchiveEvents",
          { Service: "events.amazonaws.com" },
          {
            ArnLike: {
              "kms:EncryptionContext:aws:events:event-bus:arn":
                "arn:aws:events:eu-west-1:111122223333:event-bus/*",
            },
          },
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
