import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock";
import type { ServicePrincipal } from "../../../iam/principal";
import type { Log } from "../../../log";
import type { JsonObject } from "../../jsonProtocol";
import type { Dispatch } from "../../internalClient";
import { isTransient } from "../../service";
import { Deliveries } from "../delivery";
import { sendToQueue } from "../sendToQueue";
import { wantsMessage } from "./filterPolicy";
import { isLoopback, postToEndpoint, retryHttpAfter } from "./httpEndpoint";
import { envelope, signatureMembers, type Notification } from "./notification";
import type { Subscription } from "./topicStore";

export interface FanOutOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  readonly endpointUrl: () => string;
}

/** Brings messages of topics to their subscribers. */
export class FanOut {
  readonly #deliveries: Deliveries;
  readonly #stopped = new AbortController();

  constructor(private readonly options: FanOutOptions) {
    this.#deliveries = new Deliveries(options.clock, options.log);
  }

  /** Starts the delivery to each confirmed subscription that wants the message. */
  publish(notification: Notification, subscriptions: readonly Subscription[]): void {
    for (const subscription of subscriptions) {
      if (subscription.token !== undefined) continue;
      const message = notification.messageFor(subscription.protocol);
      if (wantsMessage(subscription, message, notification.attributes))
        this.#deliver(notification, subscription);
    }
  }

  /** Asks an HTTP endpoint whether it wants the subscription. */
  requestConfirmation(subscription: Subscription): void {
    const { endpoint, topicArn, token } = subscription;
    if (!isLoopback(endpoint)) return this.#skip(subscription);
    const messageId = randomUUID();
    const url = `${this.options.endpointUrl()}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
    const body = JSON.stringify({
      Type: "SubscriptionConfirmation",
      MessageId: messageId,
      Token: token,
      TopicArn: topicArn,
      Message:
        `You have chosen to subscribe to the topic ${topicArn}.\n` +
        "To confirm the subscription, visit the SubscribeURL included in this message.",
      SubscribeURL: url,
      Timestamp: new Date(this.options.clock.now()).toISOString(),
      ...signatureMembers(this.options.endpointUrl()),
    });
    this.#deliveries.start({
      description: `sns: asking ${endpoint} to confirm its subscription`,
      send: () =>
        postToEndpoint(
          endpoint,
          { type: "SubscriptionConfirmation", messageId, topicArn, raw: false, body },
          this.#stopped.signal,
        ),
      retryAfter: retryHttpAfter,
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#deliveries.stop();
  }

  #deliver(notification: Notification, subscription: Subscription): void {
    if (subscription.protocol === "email") return this.#logMail(notification, subscription);
    if (subscription.protocol !== "sqs" && !isLoopback(subscription.endpoint))
      return this.#skip(subscription);
    const toQueue = subscription.protocol === "sqs";
    this.#deliveries.start({
      description: `sns: message ${notification.messageId} to ${subscription.endpoint}`,
      send: () => (toQueue ? this.#sendToQueue : this.#post).call(this, notification, subscription),
      retryAfter: toQueue ? retryQueueAfter : retryHttpAfter,
      abandon: () => this.#sendToDeadLetterQueue(notification, subscription),
    });
  }

  async #sendToQueue(notification: Notification, subscription: Subscription): Promise<void> {
    const attributes = isRaw(subscription) ? { MessageAttributes: notification.attributes } : {};
    await this.#sendMessage(subscription.endpoint, subscription.topicArn, {
      MessageBody: this.#bodyFor(notification, subscription),
      ...attributes,
    });
  }

  #post(notification: Notification, subscription: Subscription): Promise<void> {
    const message = {
      type: "Notification",
      messageId: notification.messageId,
      topicArn: notification.topicArn,
      subscriptionArn: subscription.arn,
      raw: isRaw(subscription),
      body: this.#bodyFor(notification, subscription),
    } as const;
    return postToEndpoint(subscription.endpoint, message, this.#stopped.signal);
  }

  async #sendToDeadLetterQueue(notification: Notification, subscription: Subscription): Promise<void> {
    const policy = JSON.parse(subscription.attributes.get("RedrivePolicy") || "{}") as JsonObject;
    const queueArn = policy["deadLetterTargetArn"];
    if (typeof queueArn !== "string") return;
    await this.#sendMessage(queueArn, subscription.topicArn, {
      MessageBody: this.#bodyFor(notification, subscription),
    });
  }

  async #sendMessage(queueArn: string, topicArn: string, message: JsonObject): Promise<void> {
    const principal: ServicePrincipal = {
      kind: "service",
      service: "sns.amazonaws.com",
      sourceArn: topicArn,
    };
    await sendToQueue(this.options.dispatch, principal, queueArn, message);
  }

  #bodyFor(notification: Notification, subscription: Subscription): string {
    if (isRaw(subscription)) return notification.messageFor(subscription.protocol);
    return JSON.stringify(envelope(notification, subscription, this.options.endpointUrl()));
  }

  #logMail({ subject }: Notification, { endpoint }: Subscription): void {
    this.options.log(`sns: e-mail to ${endpoint}: ${subject ?? "AWS Notification Message"}`);
  }

  #skip({ endpoint, protocol }: Subscription): void {
    this.options.log(
      `sns: nothing is sent to ${protocol} ${endpoint}: the local cloud sends to this machine only`,
    );
  }
}

function isRaw({ attributes }: Subscription): boolean {
  return attributes.get("RawMessageDelivery")?.toLowerCase() === "true";
}

/**
 * SNS's delivery policy for AWS's own endpoints: three at once, two after a second, ten further and further apart,
 * then every 20 seconds. What the caller did wrong is not tried again.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
function retryQueueAfter(failures: number, error: unknown): number | undefined {
  if (!isTransient(error) || failures > 100_015) return undefined;
  if (failures <= 3) return 0;
  return failures <= 5 ? 1000 : Math.min(1000 * 2 ** (failures - 6), 20_000);
}
