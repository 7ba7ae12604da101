import type { ServicePrincipal } from "../../iam/principal";
import type { Dispatch } from "../internalClient";
import { publishToTopic } from "../messaging/publishToTopic";
import { sendToQueue } from "../messaging/sendToQueue";

/**
 * Sends a message to a queue or a topic on behalf of a bucket.
 * @throws AwsError when it is refused there
 */
export function notify(
  dispatch: Dispatch,
  bucketArn: string,
  destinationArn: string,
  message: string,
): Promise<void> {
  const principal: ServicePrincipal = { kind: "service", service: "s3.amazonaws.com", sourceArn: bucketArn };
  if (!destinationArn.startsWith("arn:aws:sns:")) {
    return sendToQueue(dispatch, principal, destinationArn, { MessageBody: message });
  }
  const notification = { Subject: "Amazon S3 Notification", Message: message };
  return publishToTopic(dispatch, principal, destinationArn, notification);
}
