import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { LocalCloud } from "../local/localCloud";
import type { WebhookAuthentication } from "./platform";

/** What webhooks are known by on this machine; nobody else's can come here. */
const webhookSecrets: Readonly<Record<WebhookAuthentication, string>> = {
  token: "local-webhook-token",
  // As Standard Webhooks writes one: 24 bytes.
  signature: `whsec_${Buffer.from("local-webhook-secret-24b").toString("base64")}`,
};

/** How to call the webhook. */
export interface LocalWebhook {
  readonly authentication: WebhookAuthentication;
  readonly secret: string;
}

/**
 * Puts values into the secrets that the program makes without one: an operator's part on AWS.
 * @returns undefined when there is no platform, and so no secret
 */
export async function storeSecrets(
  { endpointUrl, region, operator, outputs }: LocalCloud,
  platformToken: string,
  authentication: WebhookAuthentication,
): Promise<LocalWebhook | undefined> {
  const { platformTokenSecretArn: tokenArn, webhookSecretArn: secretArn } = outputs;
  if (typeof tokenArn !== "string" || typeof secretArn !== "string") return undefined;
  const secret = webhookSecrets[authentication];
  const client = new SecretsManagerClient({ endpoint: endpointUrl, region, credentials: operator });
  try {
    await client.send(new PutSecretValueCommand({ SecretId: tokenArn, SecretString: platformToken }));
    await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: secret }));
  } finally {
    client.destroy();
  }
  return { authentication, secret };
}
