import { AwsError } from "../../service";

/** One message of SNS to an HTTP endpoint. */
export interface HttpMessage {
  readonly type: "Notification" | "SubscriptionConfirmation";
  readonly messageId: string;
  readonly topicArn: string;
  /** Absent until the subscription is confirmed. */
  readonly subscriptionArn?: string;
  readonly raw: boolean;
  readonly body: string;
}

/** In milliseconds. */
const longestAnswer = 15_000;

const retries = 3;

const retryDelay = 20_000;

/** An answer after which SNS does not try again. */
export class EndpointRefused extends AwsError {}

/** The local cloud sends to this machine only: nothing published here may reach strangers. */
export function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname.endsWith(".localhost") || /^127\.|^\[::1\]$/.test(hostname);
}

/**
 * Posts a message as SNS does.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/http-header.html
 * @throws EndpointRefused when the endpoint answers that it will not have it
 */
export async function postToEndpoint(
  endpoint: string,
  message: HttpMessage,
  stopped: AbortSignal,
): Promise<void> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: headersOf(message),
    body: message.body,
    redirect: "manual",
    signal: AbortSignal.any([stopped, AbortSignal.timeout(longestAnswer)]),
  });
  await response.arrayBuffer();
  if (response.ok) return;
  const refused = response.status >= 400 && response.status < 500 && response.status !== 429;
  const answer = `the endpoint answered ${response.status}`;
  throw refused ? new EndpointRefused("EndpointRefused", answer) : new Error(answer);
}

/**
 * SNS's own delivery policy for endpoints that have none.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function retryHttpAfter(failures: number, error: unknown): number | undefined {
  return failures > retries || error instanceof EndpointRefused ? undefined : retryDelay;
}

function headersOf(message: HttpMessage): Record<string, string> {
  return {
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": message.type,
    "x-amz-sns-message-id": message.messageId,
    "x-amz-sns-topic-arn": message.topicArn,
    ...(message.subscriptionArn === undefined
      ? {}
      : { "x-amz-sns-subscription-arn": message.subscriptionArn }),
    ...(message.raw ? { "x-amz-sns-rawdelivery": "true" } : {}),
  };
}
