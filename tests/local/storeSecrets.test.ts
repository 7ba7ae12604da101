import { deepEqual, equal } from "node:assert/strict";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Webhook } from "standardwebhooks";
import { storeSecrets, type LocalWebhook } from "../../cli/storeSecrets";
import type { LocalCloud } from "../../local/localCloud";
import { delegation, startTestCloud, type TestCloud } from "../helpers/cloud";

describe("The secrets of a platform on this machine", () => {
  let cloud: TestCloud;
  let client: SecretsManagerClient;
  let secretArns: { platformTokenSecretArn: string; webhookSecretArn: string };

  beforeEach(async () => {
    cloud = await startTestCloud();
    client = new SecretsManagerClient(cloud.settings());
    const kmsKeyId = cloud.key([delegation]);
    const [token, webhook] = ["token", "webhook"].map((name) =>
      cloud.secretsManager.createSecret({ name, kmsKeyId }),
    );
    secretArns = { platformTokenSecretArn: token?.arn ?? "", webhookSecretArn: webhook?.arn ?? "" };
  });

  afterEach(async () => {
    client.destroy();
    await cloud.stop();
  });

  /** A program that runs there with these outputs. */
  const running = (outputs: object) => {
    const { endpoint: endpointUrl, region, credentials: operator } = cloud.settings();
    return { endpointUrl, region, operator, outputs } as unknown as LocalCloud;
  };

  const values = async () => {
    const read = async (SecretId: string) =>
      (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    return [await read(secretArns.platformTokenSecretArn), await read(secretArns.webhookSecretArn)];
  };

  for (const [authentication, secret] of [
    ["token", "local-webhook-token"],
    ["signature", "whsec_bG9jYWwtd2ViaG9vay1zZWNyZXQtMjRi"],
  ] as const) {
    it(`are stored for a webhook that is known by a ${authentication}`, async () => {
      const webhook = await storeSecrets(running(secretArns), "platform token", authentication);
      deepEqual(webhook, { authentication, secret } satisfies LocalWebhook);
      deepEqual(await values(), ["platform token", secret]);
    });
  }

  it("can be signed with, and have the length that Standard Webhooks asks for", async () => {
    const webhook = await storeSecrets(running(secretArns), "platform token", "signature");
    const secret = webhook?.secret ?? "";
    const now = new Date();
    const signature = new Webhook(secret).sign("msg_1", now, "{}");
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": signature };
    deepEqual(new Webhook(secret).verify("{}", headers), {});
    equal(Buffer.from(secret.slice("whsec_".length), "base64").length, 24);
  });

  it("are none where there is no platform", async () => {
    equal(await storeSecrets(running({ apiUrl: "x" }), "platform token", "token"), undefined);
  });
});
