import type { Adapters } from "./adapter";

interface NotificationInputs {
  /** The bucket's name. */
  readonly bucket: string;
  readonly queues?: readonly QueueNotification[];
}

interface QueueNotification {
  readonly id?: string;
  readonly queueArn: string;
  readonly events: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
}

interface BucketPolicyInputs {
  readonly bucket: string;
  readonly policy: string;
}

interface EncryptionInputs {
  readonly bucket: string;
  readonly rules: readonly {
    readonly applyServerSideEncryptionByDefault?: { readonly kmsMasterKeyId?: string };
  }[];
}

interface VersioningInputs {
  readonly bucket: string;
  readonly versioningConfiguration: { readonly status: string };
}

export const s3Adapters: Adapters = {
  "aws:s3/bucket:Bucket": {
    inputs: [],
    withoutEffect: ["forceDestroy"],
    create({ inputs, physicalName }, { messaging }) {
      const { arn } = messaging.createBucket(physicalName, {});
      return { id: physicalName, state: { ...inputs, bucket: physicalName, arn } };
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    inputs: ["bucket", "policy"],
    create({ inputs }, { access }) {
      const { bucket, policy } = inputs as unknown as BucketPolicyInputs;
      access.resourcePolicies.put(`arn:aws:s3:::${bucket}`, policy);
      return { id: bucket, state: inputs };
    },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    inputs: ["bucket", "rules"],
    create({ inputs }, { access }) {
      const { bucket, rules } = inputs as unknown as EncryptionInputs;
      const keyArn = rules[0]?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
      if (keyArn !== undefined) access.keyUse.encrypt(`arn:aws:s3:::${bucket}`, keyArn);
      return { id: bucket, state: inputs };
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    inputs: ["bucket", "versioningConfiguration"],
    create({ inputs }, { messaging }) {
      const { bucket, versioningConfiguration } = inputs as unknown as VersioningInputs;
      messaging.setVersioning(bucket, versioningConfiguration.status);
      return { id: bucket, state: inputs };
    },
  },
  "aws:s3/bucketNotification:BucketNotification": {
    inputs: ["bucket", "queues"],
    async create({ inputs }, { messaging }) {
      const { bucket, queues = [] } = inputs as unknown as NotificationInputs;
      await messaging.setNotifications(bucket, { rules: queues.map(ruleOf) });
      return { id: bucket, state: inputs };
    },
  },
};

function ruleOf({ id, queueArn, events, filterPrefix, filterSuffix }: QueueNotification) {
  return {
    ...(id === undefined ? {} : { id }),
    destinationArn: queueArn,
    events,
    ...(filterPrefix === undefined ? {} : { prefix: filterPrefix }),
    ...(filterSuffix === undefined ? {} : { suffix: filterSuffix }),
  };
}
