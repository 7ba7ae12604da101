import type { ServicePrincipal } from "../../iam/principal";
import type { Dispatch } from "../internalClient";
import { AwsError } from "../service";

/**
 * Publishes a message to a topic on behalf of a resource of another service.
 * @throws AwsError when the topic is not there, or refuses the publisher
 */
export async function publishToTopic(
  dispatch: Dispatch,
  principal: ServicePrincipal,
  topicArn: string,
  message: Readonly<Record<string, string>>,
): Promise<void> {
  const form = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: topicArn,
    ...message,
  });
  const response = await dispatch("sns", {
    principal,
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(form.toString()),
  });
  if (response.status < 400) return;
  const body = response.body.toString();
  const text = (element: string) => new RegExp(`<${element}>([^<]*)<`).exec(body)?.[1];
  throw new AwsError(text("Code") ?? "InternalFailure", text("Message") ?? body, response.status);
}
