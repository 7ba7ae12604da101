import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { peopleOf, type People } from "../../cli/people";
import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from "../../local/localCloud";
import { platformToken, startPlatform, type Platform } from "../helpers/platform";
import { processes } from "./processes";
import { quickClock } from "./quickClock";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

export const webhookToken = "webhook-t0ken";

type Start = (
  options: Pick<LocalCloudOptions, "apiPort" | "endpointPort" | "stopGrace">,
) => Promise<LocalCloud>;

/** How long what is under way may go on when it is stopped, in milliseconds: the first time not at all, then in turn. */
const stopGraces = [0, 1_000] as const;

/** The whole program on a local cloud that has faults, and clients of those who look on: they are not disturbed. */
export class World {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly table: DynamoDBClient;
  readonly #start: Start;
  #cloud: LocalCloud;
  #people: People;
  #partnerS3: S3Client;
  #restarts = 0;

  private constructor(
    start: Start,
    cloud: LocalCloud,
    readonly platform: Platform,
    private readonly folder: string,
    readonly inboxUrl: string,
  ) {
    const config = clientConfig(cloud);
    this.s3 = new S3Client(config);
    this.sqs = new SQSClient(config);
    this.table = new DynamoDBClient(config);
    [this.#start, this.#cloud, this.#people] = [start, cloud, peopleOf(cloud)];
    this.#partnerS3 = partnerClient(cloud, this.#people);
  }

  /** @param log gets what the local cloud says */
  static async start(faults: CloudFaults, log: (line: string) => void): Promise<World> {
    const platform = await startPlatform();
    const folder = mkdtempSync(path.join(tmpdir(), "jobrelay-faults-"));
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
    const data = { dataDirectory: path.join(folder, "data") };
    const start: Start = (ports) =>
      startLocalCloud({ stack: "dev", config, log, clock: quickClock, faults, ...data, ...ports });
    const cloud = await start({ apiPort: 0, endpointPort: 0, stopGrace: stopGraces[0] });
    const inboxUrl = await prepare(cloud);
    return new World(start, cloud, platform, folder, inboxUrl);
  }

  get cloud(): LocalCloud {
    return this.#cloud;
  }

  get people(): People {
    return this.#people;
  }

  /** The other side's: it is disturbed like anybody, and tries again. */
  get partnerS3(): S3Client {
    return this.#partnerS3;
  }

  /**
   * Stops the local cloud, whatever is under way, and starts it again at the same addresses with what it has kept.
   * @param whileStopped is done in between
   */
  async restart(whileStopped: () => Promise<void>): Promise<void> {
    const ports = { endpointPort: portOf(this.cloud.endpointUrl), apiPort: portOf(this.apiUrl) };
    await this.#cloud.stop();
    await whileStopped();
    const stopGrace = stopGraces[++this.#restarts % 2] ?? 0;
    this.#cloud = await this.#start({ ...ports, stopGrace });
    this.#people = peopleOf(this.#cloud);
    this.#partnerS3.destroy();
    this.#partnerS3 = partnerClient(this.#cloud, this.#people);
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

  /**
   * Has the open jobs reconciled, as the schedule would.
   * @param time what the event says: jobs that were left alone for five minutes then are looked at
   * @returns whether the function came to its end
   */
  async reconcile(time: Date): Promise<boolean> {
    const lambda = new LambdaClient({
      ...clientConfig(this.cloud),
      maxAttempts: 1,
      requestHandler: { requestTimeout: 0 },
    });
    try {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      const found = Functions.find(({ FunctionName = "" }) => FunctionName.startsWith("reconcile-jobs-"));
      const Payload = JSON.stringify({ time: time.toISOString() });
      const { FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName: found?.FunctionName, Payload }),
      );
      return FunctionError === undefined;
    } finally {
      lambda.destroy();
    }
  }

  async stop(): Promise<void> {
    for (const client of [this.s3, this.sqs, this.table, this.partnerS3]) client.destroy();
    await this.cloud.stop();
    await this.platform.stop();
    rmSync(this.folder, { recursive: true });
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function partnerClient(cloud: LocalCloud, { partner }: People): S3Client {
  return new S3Client({ ...clientConfig(cloud), credentials: partner, maxAttempts: 12 });
}

export function clientConfig({ endpointUrl, region, operator }: LocalCloud) {
  return { endpoint: endpointUrl, region, credentials: operator };
}

/** What is done once after a deployment, and a subscriber. @returns the URL of the subscriber's queue */
async function prepare(cloud: LocalCloud): Promise<string> {
  const sqs = new SQSClient(clientConfig(cloud));
  try {
    await putSecrets(cloud);
    return await subscribe(cloud, sqs);
  } finally {
    sqs.destroy();
  }
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
