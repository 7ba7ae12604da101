import * as path from "node:path";
import { BatchClient, DescribeJobDefinitionsCommand } from "@aws-sdk/client-batch";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { JobEvent } from "../../functions/lib/cloudEvent";
import type { Json } from "../../functions/lib/job";
import { jsonBody, signedFetch } from "../../cli/signedFetch";
import { peopleOf, type People } from "../../cli/people";
import { Usage } from "../../local/iam/usage";
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from "../../local/localCloud";
import { platformToken, startPlatform, type Platform, type PlatformOptions } from "./platform";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const s3Client = path.resolve(__dirname, "../../node_modules/@aws-sdk/client-s3");

/** A container that leaves its environment where outputs go, and ends with the code that its parameter says. */
const leaveOutput = `
  const { S3Client, PutObjectCommand } = require(${JSON.stringify(s3Client)});
  const { env } = process;
  const url = new URL(env.OUTPUT_URL ?? env.OUTPUTS_URL + "/" + env.AWS_BATCH_JOB_ID + "/");
  const Body = JSON.stringify({ date: env.PARAM_date, jobId: env.JOB_ID });
  const object = { Bucket: url.hostname, Key: url.pathname.slice(1) + "output.json", Body };
  new S3Client({}).send(new PutObjectCommand(object)).then(() => process.exit(Number(env.PARAM_code ?? 0)));
`;
const container = { image: "node", command: ["node", "-e", leaveOutput], vcpus: 0.25, memory: 512 };

/** Processes for the tests, beside those of the dev stack: quick ones, and ones that fail. */
const processes = {
  settlement: {
    steps: [
      { invoke: "generatePayload" },
      { handoff: { name: "approval", deadline: "24h", heartbeat: "1h" } },
    ],
  },
  sleep: {
    parameters: {
      type: "object",
      properties: { seconds: { type: "integer", minimum: 1 }, day: { type: "string", format: "date" } },
      required: ["seconds"],
    },
    steps: [{ invoke: "sleep" }],
  },
  container: { steps: [{ batch: container }] },
  costed: { tagGroup: "cost-wan", steps: [{ batch: container }] },
  // What the sample of a notification names.
  "job-definition": { steps: [{ batch: container }] },
  "forecast-and-approve": {
    steps: [{ batch: { ...container, name: "forecast" } }, { handoff: { name: "approval", deadline: "1h" } }],
  },
  patient: { steps: [{ batch: { ...container, command: ["node", "-e", "setTimeout(() => {}, 60000)"] } }] },
  missing: { steps: [{ batch: { ...container, command: ["no-such-program"] } }] },
  alarmed: { steps: [{ invoke: "generatePayload" }] },
  unchecked: { steps: [{ invoke: "sleep" }] },
  brief: { steps: [{ handoff: { name: "approval", deadline: "1s" } }] },
  attentive: { steps: [{ handoff: { name: "approval", deadline: "1h", heartbeat: "2s" } }] },
  generous: { largeResults: true, steps: [{ handoff: { name: "approval", deadline: "1h" } }] },
  late: { steps: [{ invoke: "sleep" }, { handoff: { name: "approval", deadline: "1h" } }] },
  twice: {
    steps: [{ handoff: { name: "first", deadline: "1h" } }, { handoff: { name: "second", deadline: "1h" } }],
  },
};

/** The rule of the seed's sample. */
const triggers = {
  energy: { metric: { namespace: "Custom", name: "test_m" }, condition: "value > 1", process: "alarmed" },
};

/** The resources of these services are tagged by group, at a pace that no test has to wait for. */
const tagGroups = {
  services: ["dynamodb", "lambda", "s3", "sqs", "states"],
  decoupled: true,
  ratePerSecond: 100,
};

/** What the webhooks of the tests are known by. */
const webhookToken = "webhook-t0ken";

/** An answer as the API shows it, as far as the tests read it. */
interface AnswerShown {
  readonly eTag: string;
  readonly reference?: { readonly key: string; readonly bytes: number; readonly url?: string };
}

/** A job as the API shows it, as far as the tests read it. */
export interface JobAnswer {
  readonly jobId: string;
  readonly status: string;
  readonly steps: Readonly<Record<string, { status: string; detail?: Json; answer?: AnswerShown }>>;
  readonly result?: Json;
  readonly error?: { code: string; message: string; step?: string };
  readonly handoff?: object;
  readonly lateAnswers?: readonly { key: string }[];
}

/** How permissions were used, by all relays of this run. */
export const usage = new Usage();

/** How long to wait for something that must happen, in milliseconds. */
const patience = 15_000;

/** How a relay is started, beside what all of them have. */
type RelayOptions = Pick<LocalCloudOptions, "clock" | "dataDirectory" | "stopGrace"> & {
  readonly endpointPort?: number;
  /** Beside those that all relays have. */
  readonly processes?: object;
  /** How often jobs are reconciled. @default a day: not while tests run, but those that ask for it */
  readonly reconcileMinutes?: number;
  /** How often tags are built. @default a day */
  readonly tagsEvery?: string;
  /** What the platform has ready from the start, by id. */
  readonly outputs?: Readonly<Record<string, string>>;
};

type PlatformFailures = Map<string, NonNullable<PlatformOptions["failure"]>>;

/** The whole program on the local cloud, and a person's ways of using it. */
export class Relay {
  readonly people: People;
  /** The operator's. */
  readonly s3: S3Client;
  /** The other side's. */
  readonly partnerS3: S3Client;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly bucket: string;
  readonly #events: JobEvent[] = [];
  readonly #log: string[];
  #inbox = "";

  private constructor(
    readonly cloud: LocalCloud,
    readonly platform: Platform,
    /** How the platform fails, by the id of its output. */
    readonly platformFailures: PlatformFailures,
    log: string[],
  ) {
    const config = this.clientConfig;
    this.people = peopleOf(cloud);
    this.s3 = new S3Client(config);
    this.partnerS3 = new S3Client({ ...config, credentials: this.people.partner });
    this.sfn = new SFNClient(config);
    this.sqs = new SQSClient(config);
    this.bucket = String(cloud.outputs["handoffBucket"]);
    this.#log = log;
  }

  static async start(settings: RelayOptions = {}): Promise<Relay> {
    const {
      processes: others,
      outputs = {},
      reconcileMinutes = 1_440,
      tagsEvery = "1d",
      ...options
    } = settings;
    const log: string[] = [];
    const failures: PlatformFailures = new Map();
    const platform = await startPlatform({
      failure: (request) => failures.get(request.id)?.(request) ?? "none",
    });
    for (const [id, output] of Object.entries(outputs)) platform.put(id, output);
    const config = {
      "jobrelay:egress": JSON.stringify({ platform: { url: platform.url, webhook: "token" } }),
      "jobrelay:processes": JSON.stringify({ ...processes, ...others }),
      "jobrelay:batchQueueAliases": '["hourly-forecast-energy-01"]',
      "jobrelay:monitoring": "all",
      "jobrelay:reconcileMinutes": String(reconcileMinutes),
      "jobrelay:batchMaxVcpus": "2",
      "jobrelay:triggers": JSON.stringify(triggers),
      "jobrelay:tagGroups": JSON.stringify({ ...tagGroups, every: tagsEvery }),
    };
    const starting = startLocalCloud({
      stack: "dev",
      config,
      apiPort: 0,
      endpointPort: 0,
      log: (line) => log.push(line),
      observe: (decided) => usage.note(decided),
      ...options,
    });
    const cloud = await starting.catch(async (error: unknown) => {
      await platform.stop();
      throw error;
    });
    const relay = new Relay(cloud, platform, failures, log);
    await relay.subscribe();
    await relay.putSecrets();
    return relay;
  }

  get clientConfig() {
    const { endpointUrl, region, operator } = this.cloud;
    return { endpoint: endpointUrl, region, credentials: operator };
  }

  /** What the local cloud has logged, for a failing test to show. */
  get log(): string {
    return this.#log.slice(-40).join("\n");
  }

  /** Calls the API with a signed request, as a caller. */
  async call(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const { region, outputs } = this.cloud;
    const url = `${String(outputs["apiUrl"])}${path}`;
    const signer = { region, credentials: this.people.caller };
    return signedFetch(signer, method, url, body && jsonBody(body), headers);
  }

  /** Starts a job. */
  async submit(process: string, parameters: object = {}): Promise<string> {
    const response = await this.call("POST", "/jobs", { process, parameters });
    const answer = (await response.json()) as JobAnswer;
    if (response.status !== 202) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    return answer.jobId;
  }

  async job(jobId: string): Promise<JobAnswer> {
    return (await (await this.call("GET", `/jobs/${jobId}`)).json()) as JobAnswer;
  }

  /** Tells of an output that the platform has ready, as the platform would. */
  async tell(body: string, token = webhookToken): Promise<Response> {
    return fetch(`${String(this.cloud.outputs["apiUrl"])}/job-complete`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "webhook-token": token },
      body,
    });
  }

  /** The job that fetches an output of the platform, which is told of. */
  async egressOf(id: string): Promise<string> {
    const response = await this.tell(JSON.stringify({ id, event: "job_complete" }));
    const answer = (await response.json()) as { jobId: string };
    if (response.status !== 202) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    return answer.jobId;
  }

  /** Makes a job one that another workflow of its process has run. */
  async setRevision(jobId: string, revision: string): Promise<void> {
    const table = new DynamoDBClient(this.clientConfig);
    await table.send(
      new UpdateItemCommand({
        TableName: String(this.cloud.outputs["jobsTable"]),
        Key: { jobId: { S: jobId } },
        UpdateExpression: "SET revision = :revision",
        ExpressionAttributeValues: { ":revision": { S: revision } },
      }),
    );
    table.destroy();
  }

  /** The job, once it has this status. */
  async jobThatIs(status: string, jobId: string): Promise<JobAnswer> {
    return this.eventually(`job ${jobId} is ${status}`, async () => {
      const job = await this.job(jobId);
      return job.status === status ? job : undefined;
    });
  }

  /** Drops a file into the bucket, as the other side would. */
  async drop(key: string, body: string): Promise<void> {
    await this.partnerS3.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: Buffer.from(body) }),
    );
  }

  /** The text of an object; nothing if there is none. */
  async read(key: string, bucket = this.bucket): Promise<string | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? "";
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** The text of an object that is there, as the other side reads it. */
  async readAsPartner(key: string): Promise<string> {
    const { Body } = await this.partnerS3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await Body?.transformToString()) ?? "";
  }

  /** The name of the program's job definition. */
  async definitionName(name: string): Promise<string> {
    const { cloud } = this;
    const client = new BatchClient(this.clientConfig);
    const { jobDefinitions = [] } = await client.send(
      new DescribeJobDefinitionsCommand({ status: "ACTIVE" }),
    );
    client.destroy();
    const found = jobDefinitions.find(({ jobDefinitionName = "" }) =>
      jobDefinitionName.startsWith(`${name}-`),
    );
    if (!found?.jobDefinitionName) throw new Error(`${cloud.endpointUrl} has no job definition ${name}`);
    return found.jobDefinitionName;
  }

  /** The URL of the program's queue of that name. */
  async queueUrl(name: string): Promise<string> {
    const { QueueUrls = [] } = await this.sqs.send(new ListQueuesCommand({ QueueNamePrefix: name }));
    const found = QueueUrls.find((url) => new RegExp(`/${name}-[0-9a-f]{7}$`).test(url));
    if (found === undefined) throw new Error(`the program has no queue ${name}`);
    return found;
  }

  /** Puts a message on the program's queue of that name. */
  async sendTo(name: string, body: object): Promise<void> {
    const message = { QueueUrl: await this.queueUrl(name), MessageBody: JSON.stringify(body) };
    await this.sqs.send(new SendMessageCommand(message));
  }

  async keysUnder(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key = "" }) => Key);
  }

  /** The notifications about a job, once there is one. */
  async notificationsOf(jobId: string): Promise<JobEvent[]> {
    return this.eventually(`a notification about ${jobId}`, async () => {
      await this.receive();
      const events = this.#events.filter(({ subject }) => subject === jobId);
      return events.length > 0 ? events : undefined;
    });
  }

  /** Looks again and again until there is something. */
  async eventually<T>(what: string, look: () => Promise<T | undefined>, limit = patience): Promise<T> {
    const deadline = Date.now() + limit;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`Not within ${limit} ms: ${what}\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async stop(): Promise<void> {
    for (const client of [this.s3, this.partnerS3, this.sfn, this.sqs]) client.destroy();
    await this.cloud.stop();
    await this.platform.stop();
  }

  /** As the stack's operator does after the first deployment. */
  private async putSecrets(): Promise<void> {
    const { webhookSecretArn, platformTokenSecretArn } = this.cloud.outputs;
    const secrets = new SecretsManagerClient(this.clientConfig);
    const put = (SecretId: unknown, SecretString: string) =>
      secrets.send(new PutSecretValueCommand({ SecretId: String(SecretId), SecretString }));
    await put(webhookSecretArn, webhookToken);
    await put(platformTokenSecretArn, platformToken);
    secrets.destroy();
  }

  private async subscribe(): Promise<void> {
    const topicArn = String(this.cloud.outputs["notificationTopicArn"]);
    const { QueueUrl = "" } = await this.sqs.send(new CreateQueueCommand({ QueueName: "test-inbox" }));
    const attributes = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const queueArn = attributes.Attributes?.["QueueArn"] ?? "";
    const statement = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await this.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const sns = new SNSClient(this.clientConfig);
    const subscription = { TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn };
    await sns.send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: "true" } }));
    sns.destroy();
    this.#inbox = QueueUrl;
  }

  private async receive(): Promise<void> {
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.#inbox, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      this.#events.push(JSON.parse(Body) as JobEvent);
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.#inbox, ReceiptHandle }));
    }
  }
}

let shared: Promise<Relay> | undefined;

/** The one relay of a test run: starting it costs as much as a hundred tests. */
export function sharedRelay(): Promise<Relay> {
  shared ??= Relay.start();
  return shared;
}

/** Stops the shared relay, if a test has started it. */
export async function stopSharedRelay(): Promise<void> {
  await (await shared)?.stop();
  shared = undefined;
}
