import type { AwsRequest, AwsResponse } from "../../services/service";
import type { CarryOut } from "./cloudFaults";

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
}

interface Deletion {
  readonly QueueUrl: string;
  readonly Entries: readonly Entry[];
}

/** In seconds. */
const comesBackAfter = 1;

/**
 * Deletes messages but for some, which are said to be deleted and come again under the same id: a host of SQS was away
 * when they were. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
 */
export async function deleteButFor(
  request: AwsRequest,
  carryOut: CarryOut,
  isKept: () => boolean,
): Promise<AwsResponse> {
  const { QueueUrl, Entries } = JSON.parse(request.body.toString()) as Deletion;
  const kept = Entries.filter(() => isKept());
  if (kept.length === 0) return carryOut(request);
  for (const { ReceiptHandle } of kept) {
    const input = { QueueUrl, ReceiptHandle, VisibilityTimeout: comesBackAfter };
    await carryOut(ask(request, "AmazonSQS.ChangeMessageVisibility", input));
  }
  const deleted = Entries.filter((entry) => !kept.includes(entry));
  const said = kept.map(({ Id }) => ({ Id }));
  const contentType = { "content-type": "application/x-amz-json-1.0" };
  if (deleted.length === 0) {
    return { status: 200, headers: contentType, body: JSON.stringify({ Successful: said, Failed: [] }) };
  }
  const answer = await carryOut(ask(request, "AmazonSQS.DeleteMessageBatch", { QueueUrl, Entries: deleted }));
  if (answer.status >= 300) return answer;
  const { Successful = [], ...rest } = JSON.parse(answer.body.toString()) as { Successful?: object[] };
  return {
    ...answer,
    headers: contentType,
    body: JSON.stringify({ ...rest, Successful: [...Successful, ...said] }),
  };
}

function ask(request: AwsRequest, target: string, input: object): AwsRequest {
  const headers = { ...request.headers, "x-amz-target": target };
  return { ...request, headers, body: Buffer.from(JSON.stringify(input)) };
}
