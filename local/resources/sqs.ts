import type { Adapters } from "./adapter";

interface QueueInputs {
  readonly visibilityTimeoutSeconds?: number;
  readonly messageRetentionSeconds?: number;
  readonly redrivePolicy?: string;
  readonly kmsMasterKeyId?: string;
  readonly kmsDataKeyReusePeriodSeconds?: number;
}

interface QueuePolicyInputs {
  readonly queueUrl: string;
  readonly policy: string;
}

export const sqsAdapters: Adapters = {
  "aws:sqs/queue:Queue": {
    inputs: [
      "visibilityTimeoutSeconds",
      "messageRetentionSeconds",
      "redrivePolicy",
      "kmsMasterKeyId",
      "kmsDataKeyReusePeriodSeconds",
    ],
    async create({ inputs, physicalName }, { messaging }) {
      const { url, arn } = await messaging.createQueue(physicalName, attributesOf(inputs));
      return { id: url, state: { ...inputs, name: physicalName, url, arn } };
    },
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    inputs: ["queueUrl", "policy"],
    create({ inputs }, { access, account }) {
      const { queueUrl, policy } = inputs as unknown as QueuePolicyInputs;
      const name = queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
      access.resourcePolicies.put(`arn:aws:sqs:${account.region}:${account.accountId}:${name}`, policy);
      return { id: queueUrl, state: inputs };
    },
  },
};

/** The attributes of CreateQueue; all values are text there. */
function attributesOf(queue: QueueInputs): Record<string, string> {
  const attributes = {
    VisibilityTimeout: queue.visibilityTimeoutSeconds?.toString(),
    MessageRetentionPeriod: queue.messageRetentionSeconds?.toString(),
    RedrivePolicy: queue.redrivePolicy,
    KmsMasterKeyId: queue.kmsMasterKeyId,
    KmsDataKeyReusePeriodSeconds: queue.kmsDataKeyReusePeriodSeconds?.toString(),
  };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
}
