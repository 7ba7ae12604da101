import { StackConfigError } from "../local/runtime/stackConfig";

/** How a platform's webhook is known; what a stack leaves out is `signature`. */
export type WebhookAuthentication = "signature" | "token";

const key = "jobrelay:egress";

/**
 * The stack's egress configuration with another platform's URL. A webhook that is known by a token can be called with
 * nothing but curl, so that is what it is unless the stack says otherwise.
 * @param egress the stack's own, as JSON
 * @throws StackConfigError when it is no map
 */
export function withPlatform(egress: string | undefined, url: string): string {
  const { platform, ...others } = readMap(key, parse(egress ?? "{}"));
  const stacks = readMap(`${key} platform`, platform ?? {});
  return JSON.stringify({ ...others, platform: { webhook: "token", ...stacks, url } });
}

/** How the webhook of the platform in an egress configuration is known. @throws StackConfigError */
export function webhookAuthentication(egress: string): WebhookAuthentication {
  const { webhook } = readMap(`${key} platform`, readMap(key, parse(egress))["platform"] ?? {});
  return webhook === "token" ? "token" : "signature";
}

function readMap(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new StackConfigError(`${name} is ${JSON.stringify(value)}, and no map.`);
}

/** Text that is no JSON stands for itself. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
