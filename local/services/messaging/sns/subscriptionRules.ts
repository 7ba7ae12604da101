import { validateEventPattern } from "../../events/eventPattern";
import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import { invalidParameter } from "./topicErrors";
import type { Protocol } from "./topicStore";

const attributeNames = [
  ...["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy"],
];

const endpointRules: Readonly<Record<Protocol, readonly [pattern: RegExp, refusal: string]>> = {
  sqs: [/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w.-]+$/, "SQS endpoint ARN"],
  http: [/^http:\/\//, "Endpoint must match the specified protocol"],
  https: [/^https:\/\//, "Endpoint must match the specified protocol"],
  email: [/^[^@\s]+@[^@\s]+$/, "Email address"],
};

/** @throws AwsError for a protocol that SNS, or the local cloud, does not have */
export function checkProtocol(protocol: string | undefined): Protocol {
  if (protocol !== undefined && Object.hasOwn(endpointRules, protocol)) return protocol as Protocol;
  throw invalidParameter(
    `Invalid protocol type: ${protocol ?? "none"}; the local cloud has ${Object.keys(endpointRules).join(", ")}`,
  );
}

/** @throws AwsError for an endpoint that does not suit the protocol */
export function checkEndpoint(protocol: Protocol, endpoint: string | undefined): string {
  const [pattern, refusal] = endpointRules[protocol];
  if (endpoint === undefined || !pattern.test(endpoint)) throw invalidParameter(refusal);
  return endpoint;
}

/** @throws AwsError for an attribute that a subscription does not have, or a value that is none */
export function checkSubscriptionAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
}

function checkAttribute(name: string, value: string): void {
  if (!attributeNames.includes(name)) throw invalidParameter("AttributeName");
  if (name === "RawMessageDelivery" && !/^(true|false)$/i.test(value)) {
    throw invalidParameter(
      `Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
    );
  }
  if (name === "FilterPolicyScope" && value !== "MessageAttributes" && value !== "MessageBody") {
    throw invalidParameter(
      `Attributes Reason: FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  if (name === "FilterPolicy" && value !== "" && value !== "{}") checkFilterPolicy(value);
  if (name === "RedrivePolicy" && value !== "") {
    const { deadLetterTargetArn: target } = parsePolicy(name, value);
    if (typeof target !== "string") throw invalidParameter("RedrivePolicy: deadLetterTargetArn is required");
    checkEndpoint("sqs", target);
  }
}

function checkFilterPolicy(value: string): void {
  try {
    validateEventPattern(parsePolicy("FilterPolicy", value));
  } catch (error) {
    if (error instanceof AwsError && error.code === "InvalidEventPatternException") {
      throw invalidParameter(`FilterPolicy: ${error.message.replace(/^.*?Reason: /, "")}`);
    }
    throw error;
  }
}

function parsePolicy(name: string, value: string): JsonObject {
  try {
    const policy: unknown = JSON.parse(value);
    if (typeof policy === "object" && policy !== null && !Array.isArray(policy)) return policy as JsonObject;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidParameter(`${name}: failed to parse JSON.`);
}
