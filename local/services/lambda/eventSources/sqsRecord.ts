import type { JsonObject } from "../../jsonProtocol";
import { parseObject } from "./filter";
import type { Message, MessageAttribute } from "./queue";

/**
 * A message as a function receives it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function sqsRecord(message: Message, queueArn: string): JsonObject {
  const { MD5OfMessageAttributes: md5OfMessageAttributes } = message;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attribute(value)]),
    ),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3],
  };
}

function attribute({ StringValue, BinaryValue, DataType }: MessageAttribute): JsonObject {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/** The record as filters see it: a body that is a JSON object is matched field by field, another as text. */
export function filterView(record: JsonObject): JsonObject {
  return { ...record, body: parseObject(String(record["body"])) ?? record["body"] };
}
