import assert from "node:assert/strict";
import { CreateTableCommand, DynamoDBClient, ListTagsOfResourceCommand } from "@aws-sdk/client-dynamodb";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
  UntagResourcesCommand,
  type Tag,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, TagResourceCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueueTagsCommand, SQSClient } from "@aws-sdk/client-sqs";
import { allow, startTestCloud, type TestCloud } from "../helpers/cloud";

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:000000000000:${name}`;
const made = [
  arn("dynamodb", "table/table"),
  "arn:aws:s3:::bucket",
  arn("sns", "topic"),
  arn("sqs", "queue"),
];

describe("Tags of the local cloud's own resources", () => {
  let cloud: TestCloud;
  let tagging: ResourceGroupsTaggingAPIClient;
  before(async () => {
    cloud = await startTestCloud();
    tagging = new ResourceGroupsTaggingAPIClient(cloud.settings());
    await makeResources(cloud);
  });
  after(async () => {
    tagging.destroy();
    await cloud.stop();
  });

  const tagged = async (Key: string) => {
    const { ResourceTagMappingList = [] } = await tagging.send(
      new GetResourcesCommand({ TagFilters: [{ Key }] }),
    );
    return Object.fromEntries(
      ResourceTagMappingList.map(({ ResourceARN = "", Tags = [] }) => [
        ResourceARN,
        Tags.find((tag) => tag.Key === Key)?.Value,
      ]),
    );
  };

  it("are found that each service's own API has given", async () => {
    assert.deepEqual(await tagged("own"), Object.fromEntries(made.map((each) => [each, "yes"])));
  });

  it("are given and taken, and each service's own API tells of it", async () => {
    await tagging.send(new TagResourcesCommand({ ResourceARNList: made, Tags: { cost: "wan", brief: "" } }));
    await tagging.send(new UntagResourcesCommand({ ResourceARNList: made, TagKeys: ["brief"] }));
    const settings = cloud.settings();
    const expected = { own: "yes", cost: "wan" };
    const sqs = new SQSClient(settings);
    const { Tags: ofQueue } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: queueUrl(cloud) }));
    const dynamoDb = new DynamoDBClient(settings);
    const { Tags: ofTable } = await dynamoDb.send(new ListTagsOfResourceCommand({ ResourceArn: made[0] }));
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    const { TagSet: ofBucket } = await s3.send(new GetBucketTaggingCommand({ Bucket: "bucket" }));
    for (const client of [sqs, dynamoDb, s3]) client.destroy();
    const asMap = (tags: readonly Tag[] = []) =>
      Object.fromEntries(tags.map(({ Key = "", Value }) => [Key, Value]));
    assert.deepEqual([ofQueue, asMap(ofTable), asMap(ofBucket)], [expected, expected, expected]);
    assert.deepEqual(await tagged("brief"), {});
  });

  it("need the tagging permission of each resource's own service", async () => {
    const role = cloud.role("half", [
      allow("tag:TagResources", "*"),
      allow("sqs:TagQueue", arn("sqs", "queue")),
      allow("s3:PutBucketTagging", "arn:aws:s3:::bucket"),
    ]);
    const half = new ResourceGroupsTaggingAPIClient(cloud.settings(role));
    const { FailedResourcesMap = {} } = await half.send(
      new TagResourcesCommand({ ResourceARNList: made, Tags: { half: "yes" } }),
    );
    half.destroy();
    assert.deepEqual(
      Object.entries(FailedResourcesMap).map(([each, { ErrorMessage = "" }]) => [
        each,
        /perform: (\S+)/.exec(ErrorMessage)?.[1],
      ]),
      [
        [made[0], "dynamodb:TagResource"],
        [made[1], "s3:GetBucketTagging"],
        [made[2], "sns:TagResource"],
      ],
    );
    assert.deepEqual(await tagged("half"), { [made[3] ?? ""]: "yes" });
  });
});

const queueUrl = ({ endpointUrl }: TestCloud) => `${endpointUrl}/000000000000/queue`;

async function makeResources(cloud: TestCloud): Promise<void> {
  const settings = cloud.settings();
  const Tags = [{ Key: "own", Value: "yes" }];
  const sqs = new SQSClient(settings);
  await sqs.send(new CreateQueueCommand({ QueueName: "queue", tags: { own: "yes" } }));
  const sns = new SNSClient(settings);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "topic" }));
  await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags }));
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
  await s3.send(new PutBucketTaggingCommand({ Bucket: "bucket", Tagging: { TagSet: Tags } }));
  const dynamoDb = new DynamoDBClient(settings);
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: "table",
      Tags,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "k", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }],
    }),
  );
  for (const client of [sqs, sns, s3, dynamoDb]) client.destroy();
}
