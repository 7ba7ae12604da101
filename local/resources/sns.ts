import type { Adapters } from "./adapter";

interface TopicInputs {
  readonly kmsMasterKeyId?: string;
}

interface TopicPolicyInputs {
  readonly arn: string;
  readonly policy: string;
}

interface SubscriptionInputs {
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** JSON. */
  readonly filterPolicy?: string;
  readonly filterPolicyScope?: string;
  readonly rawMessageDelivery?: boolean;
  /** JSON. */
  readonly redrivePolicy?: string;
}

export const snsAdapters: Adapters = {
  "aws:sns/topic:Topic": {
    inputs: ["kmsMasterKeyId"],
    create({ inputs, physicalName }, { messaging }) {
      const { kmsMasterKeyId } = inputs as TopicInputs;
      const attributes = kmsMasterKeyId === undefined ? {} : { KmsMasterKeyId: kmsMasterKeyId };
      const { arn } = messaging.createTopic(physicalName, attributes);
      return { id: arn, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    inputs: ["arn", "policy"],
    create({ inputs }, { access }) {
      const { arn, policy } = inputs as unknown as TopicPolicyInputs;
      access.resourcePolicies.put(arn, policy);
      return { id: arn, state: inputs };
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    inputs: [
      "topic",
      "protocol",
      "endpoint",
      "filterPolicy",
      "filterPolicyScope",
      "rawMessageDelivery",
      "redrivePolicy",
    ],
    create({ inputs }, { messaging }) {
      const subscription = inputs as unknown as SubscriptionInputs;
      const { topic, protocol, endpoint } = subscription;
      const { arn } = messaging.subscribe(topic, protocol, endpoint, attributesOf(subscription));
      return { id: arn, state: { ...inputs, arn } };
    },
  },
};

/** The attributes of Subscribe; all values are text there. */
function attributesOf(subscription: SubscriptionInputs): Record<string, string> {
  const attributes = {
    FilterPolicy: subscription.filterPolicy,
    FilterPolicyScope: subscription.filterPolicyScope,
    RawMessageDelivery: subscription.rawMessageDelivery?.toString(),
    RedrivePolicy: subscription.redrivePolicy,
  };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
