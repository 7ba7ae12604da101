import type { Account } from "../../../account";
import type { Clock } from "../../../clock";
import type { RequiredPermission } from "../../service";
import type { FanOut } from "./fanOut";
import { publishBatch, readNotification } from "./publish";
import type { QueryInput } from "./queryInput";
import type { QueryOperation } from "./queryProtocol";
import { subscriptionOperations } from "./subscriptionOperations";
import { invalidParameter, notFound } from "./topicErrors";
import { entries, page } from "./topicLists";
import type { Topic, TopicStore } from "./topicStore";

const settableNames = [
  ...["DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"],
  ...["TracingConfig", "SignatureVersion"],
];

/**
 * The operations of SNS on topics, and publishing.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
export function topicOperations(
  store: TopicStore,
  fanOut: FanOut,
  account: Account,
  clock: Clock,
): Record<string, QueryOperation> {
  const publish = (notification: Parameters<FanOut["publish"]>[0]) =>
    fanOut.publish(notification, store.subscriptionsOf(notification.topicArn));
  return {
    ...subscriptionOperations(store, fanOut, account),
    CreateTopic: {
      permissions: (input) => [{ action: "sns:CreateTopic", resource: store.arn(input.get("Name") ?? "") }],
      run: (input) => ({ TopicArn: createTopic(store, input).arn }),
    },
    DeleteTopic: onTopic("DeleteTopic", (input) => store.deleteTopic(input.get("TopicArn") ?? "")),
    ListTopics: {
      permissions: () => [{ action: "sns:ListTopics", resource: "*" }],
      run: (input) => page("Topics", store.topics(), input, ({ arn }) => ({ TopicArn: arn })),
    },
    GetTopicAttributes: onTopic("GetTopicAttributes", (input) => ({
      Attributes: entries(describeTopic(store, store.topic(input.get("TopicArn")), account)),
    })),
    SetTopicAttributes: onTopic("SetTopicAttributes", (input) => {
      const name = input.get("AttributeName") ?? "";
      checkTopicAttributes([name]);
      store.setAttribute(input.get("TopicArn"), name, input.get("AttributeValue") ?? "");
    }),
    Publish: {
      permissions: (input) => [{ action: "sns:Publish", resource: targetArn(input) ?? "*" }],
      run(input) {
        const notification = readNotification(input, "", store.topic(targetArn(input)).arn, clock);
        publish(notification);
        return { MessageId: notification.messageId };
      },
    },
    PublishBatch: {
      permissions: (input) => [{ action: "sns:Publish", resource: input.get("TopicArn") ?? "*" }],
      run: (input) => publishBatch(input, store.topic(input.get("TopicArn")).arn, clock, publish),
    },
    ...tagOperations(store),
  };
}

/** @throws AwsError as CreateTopic does */
function createTopic(store: TopicStore, input: QueryInput): Topic {
  const attributes = input.map("Attributes.entry", "key", "value");
  checkTopicAttributes(Object.keys(attributes));
  return store.createTopic(input.get("Name") ?? "", attributes, input.map("Tags.member", "Key", "Value"));
}

/** @throws AwsError for an attribute that no standard topic has */
export function checkTopicAttributes(names: readonly string[]): void {
  for (const name of names) {
    if (!settableNames.includes(name)) throw invalidParameter(`Attributes Reason: Unknown attribute ${name}`);
  }
}

function tagOperations(store: TopicStore): Record<string, QueryOperation> {
  const onTagged = (
    operation: string,
    run: (topic: Topic, input: QueryInput) => object | void,
  ): QueryOperation => ({
    permissions: (input) => [{ action: `sns:${operation}`, resource: input.get("ResourceArn") ?? "*" }],
    run(input) {
      const topic = store.topics().find(({ arn }) => arn === input.get("ResourceArn"));
      if (!topic) throw notFound("Resource");
      return run(topic, input) as Record<string, never> | undefined;
    },
  });
  return {
    TagResource: onTagged("TagResource", ({ tags }, input) => {
      const added = Object.entries(input.map("Tags.member", "Key", "Value"));
      for (const [key, value] of added) tags.set(key, value);
    }),
    UntagResource: onTagged("UntagResource", ({ tags }, input) => {
      for (const member of input.members("TagKeys.member")) tags.delete(input.get(member) ?? "");
    }),
    ListTagsForResource: onTagged("ListTagsForResource", ({ tags }) => ({
      Tags: { member: [...tags].map(([Key, Value]) => ({ Key, Value })) },
    })),
  };
}

function describeTopic(
  store: TopicStore,
  { arn, attributes }: Topic,
  account: Account,
): Record<string, string> {
  const subscriptions = store.subscriptionsOf(arn);
  const pending = subscriptions.filter(({ token }) => token !== undefined).length;
  return {
    TopicArn: arn,
    Owner: account.accountId,
    DisplayName: "",
    ...Object.fromEntries(attributes),
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: "0",
  };
}

function targetArn(input: QueryInput): string | undefined {
  return input.get("TopicArn") ?? input.get("TargetArn");
}

function onTopic(operation: string, run: QueryOperation["run"]): QueryOperation {
  const permissions = (input: QueryInput): RequiredPermission[] => [
    { action: `sns:${operation}`, resource: input.get("TopicArn") ?? "*" },
  ];
  return { permissions, run };
}
