import { createHash, timingSafeEqual } from "node:crypto";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

/** How a sender shows who it is: by Standard Webhooks, or by a shared token for those that cannot sign. */
export type WebhookAuthentication = "signature" | "token";

/** The header that a shared token comes in. */
export const tokenHeader = "webhook-token";

type Headers = Readonly<Record<string, string | undefined>>;

/** Says which header is missing, without which no secret need be asked for; nothing if none is. */
export function missingHeader(authentication: WebhookAuthentication, headers: Headers): string | undefined {
  const present = Object.keys(headers).filter((name) => headers[name] !== undefined);
  const names = new Set(present.map((name) => name.toLowerCase()));
  const missing = requiredHeaders[authentication].find((name) => !names.has(name));
  return missing === undefined ? undefined : `The header ${missing} is missing.`;
}

const requiredHeaders: Readonly<Record<WebhookAuthentication, readonly string[]>> = {
  signature: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  token: [tokenHeader],
};

/**
 * Says why a request is not let in; nothing if it is.
 * @param secrets one or more, with spaces between: while one replaces another, both are valid
 * @throws when a secret is none that signatures can be made with
 */
export function webhookRefusal(
  authentication: WebhookAuthentication,
  secrets: string,
  headers: Headers,
  body: string,
): string | undefined {
  const refusals = secrets
    .split(/\s+/)
    .map((secret) =>
      authentication === "token" ? tokenRefusal(secret, headers) : signatureRefusal(secret, headers, body),
    );
  return refusals.includes(undefined) ? undefined : refusals[0];
}

/**
 * Signature, and a timestamp at most five minutes old.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
function signatureRefusal(secret: string, headers: Headers, body: string): string | undefined {
  const webhook = webhookOf(secret);
  const present = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  try {
    webhook.verify(body, Object.fromEntries(present), { jsonParse: false });
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return `The signature is refused: ${error.message}.`;
    throw error;
  }
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch (error) {
    throw new Error("A webhook secret cannot be used: it is whsec_ and then Base64.", { cause: error });
  }
}

function tokenRefusal(token: string, headers: Headers): string | undefined {
  const sent = Object.entries(headers).find(([name]) => name.toLowerCase() === tokenHeader)?.[1];
  if (sent === undefined) return `The header ${tokenHeader} is missing.`;
  return timingSafeEqual(sha256(sent), sha256(token)) ? undefined : `The ${tokenHeader} is wrong.`;
}

/** Of equal length, whatever was sent. */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
