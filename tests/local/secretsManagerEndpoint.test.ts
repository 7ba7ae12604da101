import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { adapters } from "../../local/resources/registry";
import { cloudHost } from "../../local/runtime/cloudHost";
import { runProgram } from "../../local/runtime/program";
import { allow, delegation, keyArn, startTestCloud, type TestCloud } from "../helpers/cloud";
import { inNewFolder } from "../helpers/folders";
import { refusal } from "../helpers/refusal";

const stack = { project: "jobrelay", stack: "dev", values: {} };

type Act = (client: SecretsManagerClient, SecretId: string) => Promise<unknown>;

const acts: readonly (readonly [operation: string, actions: readonly string[], act: Act])[] = [
  [
    "GetSecretValue",
    ["secretsmanager:GetSecretValue", "kms:Decrypt"],
    (client, SecretId) => client.send(new GetSecretValueCommand({ SecretId })),
  ],
  [
    "PutSecretValue",
    ["secretsmanager:PutSecretValue", "kms:GenerateDataKey", "kms:Decrypt"],
    (client, SecretId) => client.send(new PutSecretValueCommand({ SecretId, SecretString: "new" })),
  ],
  [
    "UpdateSecret",
    ["secretsmanager:UpdateSecret", "kms:GenerateDataKey", "kms:Decrypt"],
    (client, SecretId) => client.send(new UpdateSecretCommand({ SecretId, SecretString: "new" })),
  ],
  [
    "UpdateSecret of the description alone",
    ["secretsmanager:UpdateSecret"],
    (client, SecretId) => client.send(new UpdateSecretCommand({ SecretId, Description: "new" })),
  ],
  [
    "UpdateSecret of the key",
    ["secretsmanager:UpdateSecret", "kms:GenerateDataKey", "kms:Decrypt"],
    (client, SecretId) => client.send(new UpdateSecretCommand({ SecretId, KmsKeyId: keyArn })),
  ],
  [
    "DescribeSecret",
    ["secretsmanager:DescribeSecret"],
    (client, SecretId) => client.send(new DescribeSecretCommand({ SecretId })),
  ],
  [
    "CreateSecret with a key",
    ["secretsmanager:CreateSecret", "kms:GenerateDataKey", "kms:Decrypt"],
    (client) =>
      client.send(new CreateSecretCommand({ Name: `new-${names++}`, KmsKeyId: keyArn.replace(/^.*\//, "") })),
  ],
  [
    "CreateSecret without one",
    ["secretsmanager:CreateSecret"],
    (client) => client.send(new CreateSecretCommand({ Name: `new-${names++}`, SecretString: "x" })),
  ],
];
let names = 0;

describe("Secrets Manager at the endpoint", () => {
  let cloud: TestCloud;
  let clients: SecretsManagerClient[];
  let secretArn: string;

  before(async () => {
    cloud = await startTestCloud();
    clients = [];
    const kmsKeyId = cloud.key([delegation]);
    secretArn = cloud.secretsManager.createSecret({ name: "token", secretString: "hush", kmsKeyId }).arn;
  });

  after(async () => {
    for (const client of clients) client.destroy();
    await cloud.stop();
  });

  function clientOf(roleArn?: string): SecretsManagerClient {
    const client = new SecretsManagerClient(cloud.settings(roleArn));
    clients.push(client);
    return client;
  }

  /** A client in a role that may do these things: with this secret, new ones, and any key. */
  const clientWith = (name: string, actions: readonly string[]) => {
    const newSecrets = secretArn.replace(/secret:.*$/, "secret:new-*");
    const resources = (action: string) => (action.startsWith("kms:") ? ["*"] : [secretArn, newSecrets]);
    const statements = actions.flatMap((action) => resources(action).map((arn) => allow(action, arn)));
    return clientOf(cloud.role(name, [...statements, allow("s3:ListBucket", "*")]));
  };

  for (const [index, [title, actions, act]] of acts.entries()) {
    it(`needs ${actions.join(", ")} for ${title}`, async () => {
      await act(clientWith(`may-${index}`, actions), secretArn);
    });

    for (const missing of actions) {
      it(`refuses ${title} without ${missing}`, async () => {
        const others = actions.filter((action) => action !== missing);
        const client = clientWith(`without-${index}-${missing.replace(":", "-")}`, others);
        await assert.rejects(act(client, secretArn), refusal("AccessDeniedException", 400));
        assert.match(cloud.lines.at(-1) ?? "", new RegExp(`may not ${missing} on `));
      });
    }
  }

  it("has the secrets that a program makes, and those that it is given later", async () => {
    const outputs = await inNewFolder((folder) => {
      const entry = path.join(folder, "index.js");
      const [pulumi, aws] = ["@pulumi/pulumi", "@pulumi/aws"].map((name) =>
        JSON.stringify(require.resolve(name)),
      );
      writeFileSync(
        entry,
        `const pulumi = require(${pulumi}); const aws = require(${aws});
         const options = { kmsKeyId: "${keyArn}", recoveryWindowInDays: 7, forceOverwriteReplicaSecret: true };
         const empty = new aws.secretsmanager.Secret("webhook", { description: "For webhooks", ...options });
         const named = new aws.secretsmanager.Secret("platform", { name: "the-token" });
         const version = new aws.secretsmanager.SecretVersion("value", {
           secretId: named.id, secretString: pulumi.secret("hush"),
         });
         module.exports = { empty: empty.arn, named: named.name, version: version.versionId };`,
      );
      return runProgram(entry, stack, cloudHost(cloud, adapters, stack));
    });
    const client = clientOf();
    const read = async (SecretId: unknown) =>
      client.send(new GetSecretValueCommand({ SecretId: String(SecretId) }));
    const { SecretString, VersionId } = await read(outputs["named"]);
    assert.deepEqual([outputs["named"], SecretString, VersionId], ["the-token", "hush", outputs["version"]]);
    await assert.rejects(read(outputs["empty"]), refusal("ResourceNotFoundException", 400));
    const SecretId = String(outputs["empty"]);
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: "set by hand" }));
    assert.equal((await read(SecretId)).SecretString, "set by hand");
    const { Name, Description, KmsKeyId } = await client.send(new DescribeSecretCommand({ SecretId }));
    assert.match(Name ?? "", /^webhook-[0-9a-f]{7}$/);
    assert.deepEqual([Description, KmsKeyId], ["For webhooks", keyArn]);
  });
});
