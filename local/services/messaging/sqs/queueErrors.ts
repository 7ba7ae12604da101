import { AwsError, type AwsResponse } from "../../service";

/** Codes that the older query protocol knew under another name; SDKs report errors under that one. */
const queryCodes: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

/** Denials carry the type of the framework that SQS is built on, and not one of its own. */
const denialCodes = ["AccessDenied", "AccessDeniedException"];

/**
 * An error as SQS answers it in AWS JSON, with the code of the query protocol in a header.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function renderQueueError({ code, message, status }: AwsError): AwsResponse {
  const denied = denialCodes.includes(code);
  const type = denied ? "com.amazon.coral.service#AccessDeniedException" : `com.amazonaws.sqs#${code}`;
  const queryCode = denied ? "AccessDenied" : (queryCodes[code] ?? code);
  return {
    status: denied ? 403 : status,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-query-error": `${queryCode};${status >= 500 ? "Receiver" : "Sender"}`,
    },
    body: JSON.stringify({ __type: type, message }),
  };
}

export const queueDoesNotExist = () =>
  new AwsError("QueueDoesNotExist", "The specified queue does not exist.");

export const missingParameter = (name: string) =>
  new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
