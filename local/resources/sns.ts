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
    inputs: ["topic", "protocol", "endpoint"],
    create({ inputs }, { messaging }) {
      const { topic, protocol, endpoint } = inputs as unknown as SubscriptionInputs;
      const { arn } = messaging.subscribe(topic, protocol, endpoint, {});
      return { id: arn, state: { ...inputs, arn } };
    },
  },
};
