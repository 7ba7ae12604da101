import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { startLocalCloud, type LocalCloud } from "../local/localCloud";
import { readableLog } from "../local/readableLog";
import { jsonBody, signedFetch } from "./signedFetch";

// The SDK would interrupt the story with a remark about Node.js 20.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** What the demo reads of a job. */
interface Job {
  readonly jobId: string;
  readonly status: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** How long each wait may take, in milliseconds: long for a slow machine, short enough to say so soon. */
const patience = 15_000;

const answer = { approved: true, approvedBy: "treasury", reference: "TX-2031" };

/** `npm run demo`: the main job from the signed request to the notification, with nothing but the public protocols. */
async function main(): Promise<void> {
  console.log("Starting Jobrelay on this machine: the same Pulumi program, no AWS account.\n");
  const log = readableLog((line) => console.log(`    ${line}`));
  const cloud = await startLocalCloud({ stack: "dev", apiPort: 0, endpointPort: 0, log });
  try {
    await relay(cloud);
  } finally {
    await cloud.stop();
  }
}

async function relay(cloud: LocalCloud): Promise<void> {
  const clients = clientsOf(cloud);
  const bucket = String(cloud.outputs["handoffBucket"]);
  const inbox = await subscribe(clients, String(cloud.outputs["notificationTopicArn"]));

  step(1, "A signed request starts a job");
  const jobId = await submit(cloud);

  step(2, "The workflow prepares a payload, hands it over, and waits");
  await waitForStatus(cloud, jobId, "WAITING");
  await showOutbound(clients.s3, bucket, jobId);

  step(3, "The other side answers: success.json is dropped into inbound/");
  const key = `inbound/${jobId}/success.json`;
  await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(answer) }));
  console.log(`  PUT s3://${bucket}/${key}  ${JSON.stringify(answer)}`);

  step(4, "The workflow goes on with what the file says");
  const job = await waitForStatus(cloud, jobId, "SUCCEEDED");
  console.log(`  ${job.jobId} is ${job.status}; its result:\n${indented(job.result)}`);
  checkResult(job);

  step(5, "Everyone is told");
  console.log(`${indented(await receive(clients.sqs, inbox))}`);
  console.log(
    "\nDone: the job went from a signed request to a notification, and its answer is in its result.",
  );
}

function clientsOf({ endpointUrl, region, operator }: LocalCloud) {
  const config = { endpoint: endpointUrl, region, credentials: operator };
  return { s3: new S3Client(config), sqs: new SQSClient(config), sns: new SNSClient(config) };
}

type Clients = ReturnType<typeof clientsOf>;

/** A queue that hears of every job that ends. */
async function subscribe({ sqs, sns }: Clients, topicArn: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "demo-inbox" }));
  if (QueueUrl === undefined) throw new Error("SQS made no queue");
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const queueArn = Attributes?.["QueueArn"] ?? "";
  const allowTopic = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allowTopic] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const subscription = { TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn };
  await sns.send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: "true" } }));
  return QueueUrl;
}

async function submit(cloud: LocalCloud): Promise<string> {
  const url = `${String(cloud.outputs["apiUrl"])}/jobs`;
  const request = { process: "settlement", client: "acme", parameters: { amount: 1200, currency: "EUR" } };
  console.log(`  POST ${url}\n  ${JSON.stringify(request)}`);
  const response = await signedFetch(signerOf(cloud), "POST", url, jsonBody(request));
  const text = await response.text();
  console.log(`  ${response.status} ${text}`);
  if (response.status !== 202) throw new Error(`POST /jobs answered ${response.status}, not 202: ${text}`);
  return (JSON.parse(text) as Job).jobId;
}

function signerOf({ region, operator }: LocalCloud) {
  return { region, credentials: operator };
}

async function waitForStatus(cloud: LocalCloud, jobId: string, status: string): Promise<Job> {
  const url = `${String(cloud.outputs["apiUrl"])}/jobs/${jobId}`;
  const deadline = Date.now() + patience;
  for (;;) {
    const response = await signedFetch(signerOf(cloud), "GET", url);
    if (!response.ok) throw new Error(`GET ${url} answered ${response.status}: ${await response.text()}`);
    const job = (await response.json()) as Job;
    if (job.status === status) return job;
    if (job.error !== undefined || Date.now() > deadline) {
      throw new Error(`the job is ${job.status}, not ${status}: ${JSON.stringify(job, undefined, 2)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function showOutbound(s3: S3Client, bucket: string, jobId: string): Promise<void> {
  const prefix = `outbound/${jobId}/`;
  const Contents = await waitForData(s3, bucket, prefix);
  for (const { Key, Size } of Contents) console.log(`  s3://${bucket}/${Key}  ${Size} bytes`);
  const data = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}data.json` }));
  console.log(indented(JSON.parse((await data.Body?.transformToString()) ?? "null")));
}

/** The folder's files once data.json is there: it is written last, a moment after the job shows that it waits. */
async function waitForData(s3: S3Client, bucket: string, prefix: string) {
  const deadline = Date.now() + patience;
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    if (Contents.some(({ Key }) => Key === `${prefix}data.json`)) return Contents;
    if (Date.now() > deadline) throw new Error(`there is no ${prefix}data.json in ${bucket}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The demo shows nothing that it has not checked. */
function checkResult({ result }: Job): void {
  const { approval } = (result ?? {}) as { approval?: unknown };
  if (JSON.stringify(approval) === JSON.stringify(answer)) return;
  throw new Error(`the result should hold ${JSON.stringify(answer)}, but is ${JSON.stringify(result)}`);
}

async function receive(sqs: SQSClient, queueUrl: string): Promise<unknown> {
  const WaitTimeSeconds = patience / 1000;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds }),
  );
  const [message] = Messages;
  if (message?.Body === undefined) throw new Error(`no notification came within ${WaitTimeSeconds} s`);
  return JSON.parse(message.Body);
}

function step(number: number, title: string): void {
  console.log(`\n${number}. ${title}`);
}

function indented(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(/^/gm, "  ");
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error("\nThe demo failed:", error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
