import type { MessageAttributes } from "../messageAttributes";
import { invalidParameter } from "./topicErrors";
import type { Protocol, Subscription } from "./topicStore";

/** A message published to a topic. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** The text for each protocol. */
  messageFor(protocol: Protocol): string;
  readonly attributes: MessageAttributes;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

/** On AWS this is made with a key of the region's; here there is none, and a receiver that checks it must refuse. */
const signature = Buffer.from("the local cloud does not sign").toString("base64");

/** The members that every message to an endpoint ends with. */
export function signatureMembers(endpointUrl: string) {
  return {
    SignatureVersion: "1",
    Signature: signature,
    SigningCertURL: `${endpointUrl}/SimpleNotificationService.pem`,
  };
}

/**
 * What a subscriber receives, unless it asked for the raw message.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html
 */
export function envelope(
  notification: Notification,
  { arn, protocol }: Subscription,
  endpointUrl: string,
): object {
  const attributes = Object.entries(notification.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) =>
      [name, { Type: DataType, Value: StringValue ?? BinaryValue }] as const,
  );
  return {
    Type: "Notification",
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: notification.messageFor(protocol),
    Timestamp: new Date(notification.publishedAt).toISOString(),
    ...signatureMembers(endpointUrl),
    UnsubscribeURL: `${endpointUrl}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(arn)}`,
    ...(attributes.length === 0 ? {} : { MessageAttributes: Object.fromEntries(attributes) }),
  };
}

/**
 * The text for each protocol: one for all, or with `MessageStructure` json, one each and a default.
 * @throws AwsError when there is no default
 */
export function messagePerProtocol(
  message: string,
  structure: string | undefined,
): (protocol: Protocol) => string {
  if (structure === undefined) return () => message;
  if (structure !== "json") throw invalidParameter("Message Structure - Unsupported message structure");
  const texts = parseTexts(message);
  const fallback = texts["default"];
  if (typeof fallback !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return (protocol) => {
    const text = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined;
    return typeof text === "string" ? text : fallback;
  };
}

function parseTexts(message: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidParameter("Message Structure - JSON message body failed to parse");
}
