import type { Account } from "../../../account";
import type { XmlContent } from "../../s3/xml";
import type { RequiredPermission } from "../../service";
import type { FanOut } from "./fanOut";
import type { QueryInput } from "./queryInput";
import type { QueryOperation } from "./queryProtocol";
import { checkEndpoint, checkProtocol, checkSubscriptionAttributes } from "./subscriptionRules";
import { invalidParameter } from "./topicErrors";
import { entries, page } from "./topicLists";
import type { Subscription, TopicStore } from "./topicStore";

export interface SubscribeInput {
  readonly topicArn: string | undefined;
  readonly protocol: string | undefined;
  readonly endpoint: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The operations of SNS on subscriptions. */
export function subscriptionOperations(
  store: TopicStore,
  fanOut: FanOut,
  { accountId }: Account,
): Record<string, QueryOperation> {
  const describe = (subscription: Subscription) => describeSubscription(subscription, accountId);
  return {
    Subscribe: {
      permissions: (input) => [subscribePermission(input)],
      run: (input) => ({ SubscriptionArn: subscribeResult(store, fanOut, input) }),
    },
    // The token is what authorises these two: an endpoint that was asked has no credentials.
    ConfirmSubscription: { permissions: () => [], run: (input) => confirm(store, input) },
    Unsubscribe: anywhere("Unsubscribe", (input) => store.unsubscribe(input.get("SubscriptionArn") ?? "")),
    ListSubscriptions: anywhere("ListSubscriptions", (input) =>
      page("Subscriptions", store.subscriptions(), input, describe),
    ),
    ListSubscriptionsByTopic: {
      permissions: (input) => [
        { action: "sns:ListSubscriptionsByTopic", resource: input.get("TopicArn") ?? "*" },
      ],
      run(input) {
        const topic = store.topic(input.get("TopicArn"));
        return page("Subscriptions", store.subscriptionsOf(topic.arn), input, describe);
      },
    },
    GetSubscriptionAttributes: anywhere("GetSubscriptionAttributes", (input) => ({
      Attributes: entries(attributesOf(store.subscription(input.get("SubscriptionArn")), accountId)),
    })),
    SetSubscriptionAttributes: anywhere("SetSubscriptionAttributes", (input) => {
      const name = input.get("AttributeName") ?? "";
      const value = input.get("AttributeValue") ?? "";
      const { attributes } = store.subscription(input.get("SubscriptionArn"));
      checkSubscriptionAttributes({ [name]: value });
      attributes.set(name, value);
    }),
  };
}

/**
 * Subscribes an endpoint; an HTTP endpoint is asked to confirm.
 * @throws AwsError as Subscribe does
 */
export function subscribe(store: TopicStore, fanOut: FanOut, input: SubscribeInput): Subscription {
  const protocol = checkProtocol(input.protocol);
  const endpoint = checkEndpoint(protocol, input.endpoint);
  checkSubscriptionAttributes(input.attributes);
  const subscription = store.subscribe(store.topic(input.topicArn), protocol, endpoint, input.attributes);
  if (subscription.token !== undefined) fanOut.requestConfirmation(subscription);
  return subscription;
}

function subscribeResult(store: TopicStore, fanOut: FanOut, input: QueryInput): string {
  const { arn, token } = subscribe(store, fanOut, {
    topicArn: input.get("TopicArn"),
    protocol: input.get("Protocol"),
    endpoint: input.get("Endpoint"),
    attributes: input.map("Attributes.entry", "key", "value"),
  });
  return token === undefined || input.get("ReturnSubscriptionArn") === "true" ? arn : "pending confirmation";
}

function confirm(store: TopicStore, input: QueryInput): XmlContent {
  const topic = store.topic(input.get("TopicArn"));
  const token = input.get("Token");
  const subscription = store.subscriptionsOf(topic.arn).find((each) => token && each.token === token);
  if (!subscription) throw invalidParameter("Token");
  subscription.token = undefined;
  return { SubscriptionArn: subscription.arn };
}

function subscribePermission(input: QueryInput): RequiredPermission {
  return {
    action: "sns:Subscribe",
    resource: input.get("TopicArn") ?? "*",
    context: { "sns:Protocol": input.get("Protocol") ?? "", "sns:Endpoint": input.get("Endpoint") ?? "" },
  };
}

function describeSubscription(subscription: Subscription, accountId: string) {
  return {
    SubscriptionArn: subscription.token === undefined ? subscription.arn : "PendingConfirmation",
    Owner: accountId,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  };
}

function attributesOf(subscription: Subscription, accountId: string): Record<string, string> {
  return {
    ...describeSubscription(subscription, accountId),
    SubscriptionArn: subscription.arn,
    PendingConfirmation: String(subscription.token !== undefined),
    ConfirmationWasAuthenticated: String(subscription.protocol === "sqs"),
    RawMessageDelivery: "false",
    ...Object.fromEntries(subscription.attributes),
  };
}

/** These actions know no resource. */
function anywhere(operation: string, run: QueryOperation["run"]): QueryOperation {
  return { permissions: () => [{ action: `sns:${operation}`, resource: "*" }], run };
}
