import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock";
import type { ServicePrincipal } from "../../../iam/principal";
import type { Log } from "../../../log";
import type { JsonObject } from "../../jsonProtocol";
import type { Dispatch } from "../../internalClient";
import { isTransient } from "../../service";
import { Deliveries, type Undelivered } from "../delivery";
import { sendToQueue } from "../sendToQueue";
import { wantsMessage } from "./filterPolicy";
import { isLoopback, postToEndpoint, retryHttpAfter, type HttpMessage } from "./httpEndpoint";
import { envelope, signatureMembers, type Notification } from "./notification";
import type { Subscription } from "./topicStore";

export interface FanOutOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  readonly endpointUrl: () => string;
}

/** A message on its way to a subscriber. */
type TopicParcel =
  | {
      readonly kind: "queue";
      readonly messageId: string;
      readonly topicArn: string;
      /** The ARN of the queue. */
      readonly endpoint: string;
      readonly message: JsonObject;
      readonly deadLetters: DeadLetters | undefined;
    }
  | {
      readonly kind: "http";
      readonly endpoint: string;
      readonly message: HttpMessage;
      readonly deadLetters: DeadLetters | undefined;
    };

/** What goes where when the subscriber cannot be reached. */
interface DeadLetters {
  readonly queueArn: string;
  readonly topicArn: string;
  readonly body: string;
}

/** Brings messages of topics to their subscribers. */
export class FanOut {
  readonly #deliveries: Deliveries<TopicParcel>;
  readonly #stopped = new AbortController();

  constructor(private readonly options: FanOutOptions) {
    this.#deliveries = new Deliveries(options.clock, options.log, {
      describe,
      send: (parcel) => this.#send(parcel),
      retryAfter: ({ kind }, failures, error) =>
        kind === "queue" ? retryQueueAfter(failures, error) : retryHttpAfter(failures, error),
      abandon: ({ deadLetters }) => this.#sendToDeadLetterQueue(deadLetters),
    });
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
    const message = { type: "SubscriptionConfirmation", messageId, topicArn, raw: false, body } as const;
    this.#deliveries.start({ kind: "http", endpoint, message, deadLetters: undefined });
  }

  save(): readonly Undelivered<TopicParcel>[] {
    return this.#deliveries.save();
  }

  restore(undelivered: readonly Undelivered<TopicParcel>[]): void {
    this.#deliveries.restore(undelivered);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#deliveries.stop();
  }

  #deliver(notification: Notification, subscription: Subscription): void {
    if (subscription.protocol === "email") return this.#logMail(notification, subscription);
    if (subscription.protocol !== "sqs" && !isLoopback(subscription.endpoint))
      return this.#skip(subscription);
    const { messageId, topicArn } = notification;
    const { endpoint } = subscription;
    const body = this.#bodyFor(notification, subscription);
    const raw = isRaw(subscription);
    const deadLetters = deadLettersOf(subscription, body);
    if (subscription.protocol === "sqs") {
      const message = { MessageBody: body, ...(raw && { MessageAttributes: notification.attributes }) };
      this.#deliveries.start({ kind: "queue", messageId, topicArn, endpoint, message, deadLetters });
    } else {
      const subscriptionArn = subscription.arn;
      const message = { type: "Notification", messageId, topicArn, subscriptionArn, raw, body } as const;
      this.#deliveries.start({ kind: "http", endpoint, message, deadLetters });
    }
  }

  #send(parcel: TopicParcel): Promise<void> {
    const { endpoint } = parcel;
    return parcel.kind === "queue"
      ? this.#sendMessage(endpoint, parcel.topicArn, parcel.message)
      : postToEndpoint(endpoint, parcel.message, this.#stopped.signal);
  }

  async #sendToDeadLetterQueue(deadLetters: DeadLetters | undefined): Promise<void> {
    if (!deadLetters) return;
    const { queueArn, topicArn, body } = deadLetters;
    await this.#sendMessage(queueArn, topicArn, { MessageBody: body });
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

function describe(parcel: TopicParcel): string {
  if (parcel.kind === "queue") return `sns: message ${parcel.messageId} to ${parcel.endpoint}`;
  const { endpoint, message } = parcel;
  return message.type === "SubscriptionConfirmation"
    ? `sns: asking ${endpoint} to confirm its subscription`
    : `sns: message ${message.messageId} to ${endpoint}`;
}

function deadLettersOf({ attributes, topicArn }: Subscription, body: string): DeadLetters | undefined {
  const policy = JSON.parse(attributes.get("RedrivePolicy") || "{}") as JsonObject;
  const queueArn = policy["deadLetterTargetArn"];
  return typeof queueArn === "string" ? { queueArn, topicArn, body } : undefined;
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
