import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import { messageAttributesProblem, type MessageAttributes } from "../messageAttributes";
import { missingParameter } from "./queueErrors";

const longestDelay = 900;

const mostAttributes = 10;

const attributeMembers = ["MessageAttributes", "MD5OfMessageAttributes"];

/** Checks what the queues themselves do not. @throws AwsError as SendMessage would */
export function checkMessage(message: JsonObject): void {
  if (typeof message["MessageBody"] !== "string") throw missingParameter("MessageBody");
  checkDelay(message["DelaySeconds"]);
  const attributes = (message["MessageAttributes"] ?? {}) as MessageAttributes;
  const count = Object.keys(attributes).length;
  if (count > mostAttributes) {
    throw invalid(`Number of message attributes [${count}] exceeds the allowed maximum [${mostAttributes}].`);
  }
  const problem = messageAttributesProblem(attributes);
  if (problem) throw invalid(problem);
}

/** @throws AwsError as SendMessageBatch would */
export function checkMessageBatch(input: JsonObject): void {
  const entries = Array.isArray(input["Entries"]) ? (input["Entries"] as JsonObject[]) : [];
  for (const entry of entries) {
    if (typeof entry["Id"] !== "string") throw missingParameter("Id");
    checkMessage(entry);
  }
}

/** Without names of attributes asked for, SQS returns none. */
export function withoutUnrequestedAttributes(input: JsonObject, output: JsonObject): JsonObject {
  const names = input["MessageAttributeNames"];
  const messages = output["Messages"];
  if (!Array.isArray(messages) || (Array.isArray(names) && names.length > 0)) return output;
  return { ...output, Messages: messages.map(withoutAttributes) };
}

function withoutAttributes(message: JsonObject): JsonObject {
  const entries = Object.entries(message).filter(([name]) => !attributeMembers.includes(name));
  return Object.fromEntries(entries);
}

function checkDelay(delay: unknown): void {
  if (delay === undefined) return;
  if (typeof delay !== "number" || !Number.isInteger(delay) || delay < 0 || delay > longestDelay) {
    throw invalid(
      `Value ${JSON.stringify(delay)} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${longestDelay}.`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}
