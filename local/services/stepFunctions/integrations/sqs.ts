import type { Integration, Integrations } from "./integration";
import { callService, type ServiceErrors } from "./serviceCall";

const errors: ServiceErrors = {
  prefix: "SQS",
  service: "AmazonSQS",
  otherwise: "AmazonSQSException",
  exceptions: {
    QueueDoesNotExist: "QueueDoesNotExistException",
    "AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExistException",
    InvalidMessageContents: "InvalidMessageContentsException",
    RequestThrottled: "RequestThrottledException",
    UnsupportedOperation: "UnsupportedOperationException",
    "AWS.SimpleQueueService.UnsupportedOperation": "UnsupportedOperationException",
  },
};

/** A body that is no text is sent as its JSON. */
const sendMessage: Integration = (call) => {
  const { MessageBody: body, ...rest } = call.parameters;
  const text = typeof body === "string" || body === undefined || body === null ? body : JSON.stringify(body);
  return callService(call, {
    signingName: "sqs",
    target: "AmazonSQS.SendMessage",
    input: { ...rest, MessageBody: text },
    errors,
  });
};

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html */
export const sqs: Integrations = {
  "sqs:sendMessage": sendMessage,
  "sqs:sendMessage.waitForTaskToken": sendMessage,
};
