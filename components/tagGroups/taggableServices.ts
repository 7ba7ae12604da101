/** A service whose resources can be tagged. */
export interface TaggableService {
  /** What tagging takes beside `tag:TagResources`. */
  readonly actions: readonly string[];
  /** Its resources: what follows the account in their ARNs. */
  readonly resources: string;
  /** Whether the region and the account are left out of its ARNs. */
  readonly global?: true;
}

/**
 * The services by the name that GetResources has for them, which is also that in their ARNs.
 * Sources: the service authorization reference; "Minimum permissions" of
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
 */
export const taggableServices: Readonly<Record<string, TaggableService>> = {
  batch: { actions: ["batch:TagResource"], resources: "*" },
  cloudwatch: { actions: ["cloudwatch:TagResource"], resources: "alarm:*" },
  dynamodb: { actions: ["dynamodb:TagResource"], resources: "table/*" },
  ec2: { actions: ["ec2:CreateTags"], resources: "*" },
  ecs: { actions: ["ecs:TagResource"], resources: "*" },
  elasticfilesystem: { actions: ["elasticfilesystem:TagResource"], resources: "*" },
  events: { actions: ["events:TagResource"], resources: "*" },
  kms: { actions: ["kms:TagResource"], resources: "key/*" },
  lambda: { actions: ["lambda:TagResource"], resources: "function:*" },
  logs: { actions: ["logs:TagResource"], resources: "log-group:*" },
  rds: { actions: ["rds:AddTagsToResource"], resources: "*" },
  // A bucket's tags are read, and replaced together.
  s3: { actions: ["s3:GetBucketTagging", "s3:PutBucketTagging"], resources: "*", global: true },
  secretsmanager: { actions: ["secretsmanager:TagResource"], resources: "secret:*" },
  sns: { actions: ["sns:TagResource"], resources: "*" },
  sqs: { actions: ["sqs:TagQueue"], resources: "*" },
  states: { actions: ["states:TagResource"], resources: "*" },
};
