import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock";
import type { XmlContent } from "../../s3/xml";
import { AwsError } from "../../service";
import {
  messageAttributesProblem,
  type MessageAttribute,
  type MessageAttributes,
} from "../messageAttributes";
import { messagePerProtocol, type Notification } from "./notification";
import type { QueryInput } from "./queryInput";
import { invalidParameter } from "./topicErrors";

/** In bytes, message and attributes together; of a batch, all its messages. */
const longestMessage = 262_144;

const largestBatch = 10;

/** At most 100 characters, no line breaks or control characters. */
const subjectPattern = /^\P{Cc}{1,100}$/u;

/**
 * The notification that a Publish request, or one entry of a batch, asks for.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * @param prefix of the entry's parameters, with its dot; empty for Publish
 * @throws AwsError as Publish does
 */
export function readNotification(
  input: QueryInput,
  prefix: string,
  topicArn: string,
  clock: Clock,
): Notification {
  const message = input.get(`${prefix}Message`);
  const subject = input.get(`${prefix}Subject`);
  const attributes = readAttributes(input, prefix);
  if (!message) throw invalidParameter("Empty message");
  if (subject !== undefined && !subjectPattern.test(subject)) throw invalidParameter("Subject");
  const problem = messageAttributesProblem(attributes);
  if (problem) throw new AwsError("ParameterValueInvalid", problem);
  if (sizeOf(message, attributes) > longestMessage) throw invalidParameter("Message too long");
  return {
    messageId: randomUUID(),
    topicArn,
    subject,
    messageFor: messagePerProtocol(message, input.get(`${prefix}MessageStructure`)),
    attributes,
    publishedAt: clock.now(),
  };
}

/**
 * PublishBatch: each entry succeeds or fails for itself.
 * @throws AwsError for a batch that is refused as a whole
 */
export function publishBatch(
  input: QueryInput,
  topicArn: string,
  clock: Clock,
  publish: (notification: Notification) => void,
): XmlContent {
  const entries = input.members("PublishBatchRequestEntries.member");
  checkBatch(input, entries);
  const successful: XmlContent[] = [];
  const failed: XmlContent[] = [];
  for (const entry of entries) {
    const id = input.get(`${entry}.Id`);
    try {
      const notification = readNotification(input, `${entry}.`, topicArn, clock);
      publish(notification);
      successful.push({ Id: id, MessageId: notification.messageId });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: { member: successful }, Failed: { member: failed } };
}

function checkBatch(input: QueryInput, entries: readonly string[]): void {
  if (entries.length === 0) {
    throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  }
  if (entries.length > largestBatch) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    );
  }
  const ids = entries.map((entry) => input.get(`${entry}.Id`) ?? "");
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      "InvalidBatchEntryId",
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  }
  const size = entries.reduce(
    (sum, entry) => sum + sizeOf(input.get(`${entry}.Message`) ?? "", readAttributes(input, `${entry}.`)),
    0,
  );
  if (size > longestMessage) {
    throw new AwsError(
      "BatchRequestTooLong",
      "The length of all the batch messages put together is more than the limit.",
    );
  }
}

function readAttributes(input: QueryInput, prefix: string): MessageAttributes {
  const members = input.members(`${prefix}MessageAttributes.entry`);
  return Object.fromEntries(
    members.map((member) => [input.get(`${member}.Name`) ?? "", readAttribute(input, `${member}.Value`)]),
  );
}

function readAttribute(input: QueryInput, member: string): MessageAttribute {
  const text = input.get(`${member}.StringValue`);
  const binary = input.get(`${member}.BinaryValue`);
  return {
    DataType: input.get(`${member}.DataType`) ?? "",
    ...(text === undefined ? {} : { StringValue: text }),
    ...(binary === undefined ? {} : { BinaryValue: binary }),
  };
}

function sizeOf(message: string, attributes: MessageAttributes): number {
  const texts = Object.entries(attributes).flatMap(([name, { DataType, StringValue, BinaryValue }]) => [
    ...[name, DataType, StringValue ?? BinaryValue ?? ""],
  ]);
  return [message, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
