import { matchesEventPattern } from "../../events/eventPattern";
import type { JsonObject } from "../../jsonProtocol";
import type { MessageAttribute, MessageAttributes } from "../messageAttributes";
import type { Subscription } from "./topicStore";

/**
 * Whether a subscription wants a message.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function wantsMessage(
  { attributes }: Subscription,
  message: string,
  messageAttributes: MessageAttributes,
): boolean {
  const policyText = attributes.get("FilterPolicy") || "{}";
  const policy = JSON.parse(policyText) as JsonObject;
  if (Object.keys(policy).length === 0) return true;
  if (attributes.get("FilterPolicyScope") !== "MessageBody") {
    return matchesEventPattern(policy, attributeValues(messageAttributes));
  }
  const body = parseObject(message);
  return body !== undefined && matchesEventPattern(policy, body);
}

function attributeValues(attributes: MessageAttributes): JsonObject {
  const entries = Object.entries(attributes).map(([name, attribute]) => [name, valueOf(attribute)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Binary attributes take no part in filtering. */
function valueOf({ DataType: type, StringValue: text = "" }: MessageAttribute): unknown {
  if (type === "String.Array") return parseJson(text);
  if (type === "Number" || type.startsWith("Number.")) return Number(text);
  return type === "String" || type.startsWith("String.") ? text : undefined;
}

function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
