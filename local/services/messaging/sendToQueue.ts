import type { ServicePrincipal } from "../../iam/principal";
import { callJson, type Dispatch } from "../internalClient";
import type { JsonObject } from "../jsonProtocol";

/**
 * Sends a message to a queue on behalf of a resource of another service.
 * @param message the input of SendMessage without the queue's URL
 * @throws AwsError when the queue is not there, or refuses the sender
 */
export async function sendToQueue(
  dispatch: Dispatch,
  principal: ServicePrincipal,
  queueArn: string,
  message: JsonObject,
): Promise<void> {
  const [region, accountId, name] = queueArn.split(":").slice(3);
  // The queue's URL on AWS: SQS takes the account and the name of any.
  const input = { QueueUrl: `https://sqs.${region}.amazonaws.com/${accountId}/${name}`, ...message };
  await callJson(dispatch, principal, "sqs", "AmazonSQS.SendMessage", input);
}
