import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { peopleOf, type People } from "../../cli/people";
import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import { startLocalCloud, type LocalCloud } from "../../local/localCloud";
import { platformToken, startPlatform, type Platform } from "../helpers/platform";
import { processes } from "./processes";
import { quickClock } from "./quickClock";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

export const webhookToken = "webhook-t0ken";

/** How long a message stays invisible whose handling failed, in seconds: six minutes are too long to wait for. */
const visibilityTimeout = "15";

/** The whole program on a local cloud that has faults, and clients of those who look on: they are not disturbed. */
export class World {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly table: DynamoDBClient;
  /** The other side's: it is disturbed like anybody, and tries again. */
  readonly partnerS3: S3Client;
  readonly people: People;

  private constructor(
    readonly cloud: LocalCloud,
    readonly platform: Platform,
    readonly inboxUrl: string,
  ) {
    this.people = peopleOf(cloud);
    const config = clientConfig(cloud);
    this.s3 = new S3Client(config);
    this.sqs = new SQSClient(config);
    this.table = new DynamoDBClient(config);
    this.partnerS3 = new S3Client({ ...config, credentials: this.people.partner, maxAttempts: 12 });
  }

  /** @param log gets what the local cloud says */
  static async start(faults: CloudFaults, log: (line: string) => void): Promise<World> {
    const platform = await startPlatform();
    const config = {
      "jobrelay:egress": JSON.stringify({ platform: { url: platform.url, webhook: "token" } }),
      "jobrelay:processes": JSON.stringify(processes()),
      "jobrelay:triggers": "{}",
      "jobrelay:batchQueueAliases": '["notifiers"]',
      "jobrelay:monitoring": "none",
      "jobrelay:batchMaxVcpus": "2",
      "jobrelay:ratePerSecond": "10000",
      "jobrelay:burst": "5000",
    };
    const ports = { apiPort: 0, endpointPort: 0 };
    const cloud = await startLocalCloud({ stack: "dev", config, ...ports, log, clock: quickClock, faults });
    const inboxUrl = await prepare(cloud);
    return new World(cloud, platform, inboxUrl);
  }

  get apiUrl(): string {
    return String(this.cloud.outputs["apiUrl"]);
  }

  get bucket(): string {
    return String(this.cloud.outputs["handoffBucket"]);
  }

  output(name: string): string {
    return String(this.cloud.outputs[name]);
  }

  get deadLetterQueues(): Readonly<Record<string, string>> {
    return this.cloud.outputs["deadLetterQueues"] as Readonly<Record<string, string>>;
  }

  async stop(): Promise<void> {
    for (const client of [this.s3, this.sqs, this.table, this.partnerS3]) client.destroy();
    await this.cloud.stop();
    await this.platform.stop();
  }
}

export function clientConfig({ endpointUrl, region, operator }: LocalCloud) {
  return { endpoint: endpointUrl, region, credentials: operator };
}

/** What is done once after a deployment, and a subscriber. @returns the URL of the subscriber's queue */
async function prepare(cloud: LocalCloud): Promise<string> {
  const sqs = new SQSClient(clientConfig(cloud));
  try {
    await shortenVisibility(sqs);
    await putSecrets(cloud);
    return await subscribe(cloud, sqs);
  } finally {
    sqs.destroy();
  }
}

async function shortenVisibility(sqs: SQSClient): Promise<void> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const Attributes = { VisibilityTimeout: visibilityTimeout };
  for (const QueueUrl of QueueUrls) await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

async function putSecrets(cloud: LocalCloud): Promise<void> {
  const { webhookSecretArn, platformTokenSecretArn } = cloud.outputs;
  const secrets = new SecretsManagerClient(clientConfig(cloud));
  const put = (SecretId: unknown, SecretString: string) =>
    secrets.send(new PutSecretValueCommand({ SecretId: String(SecretId), SecretString }));
  await put(webhookSecretArn, webhookToken);
  await put(platformTokenSecretArn, platformToken);
  secrets.destroy();
}

async function subscribe(cloud: LocalCloud, sqs: SQSClient): Promise<string> {
  const topicArn = String(cloud.outputs["notificationTopicArn"]);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
  const asked = { QueueUrl, AttributeNames: ["QueueArn" as const] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
  const queueArn = Attributes?.["QueueArn"] ?? "";
  const statement = {
    ...{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" },
    ...{ Resource: queueArn, Condition: { ArnEquals: { "aws:SourceArn": topicArn } } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const sns = new SNSClient(clientConfig(cloud));
  const subscription = { TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn };
  await sns.send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: "true" } }));
  sns.destroy();
  return QueueUrl;
}
