import { deepEqual, equal } from "node:assert/strict";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { signedFetch } from "../../cli/signedFetch";
import type { AccessKey } from "../../local/iam/credentials";
import { sharedRelay, type Relay } from "../helpers/relay";

/** Something that someone tries, and the name of the error that answers. */
type Attempt = (clients: ReturnType<typeof clientsFor>, relay: Relay) => Promise<unknown>;

function clientsFor({ clientConfig }: Relay, credentials: AccessKey) {
  // Refusals are not to be tried again.
  const config = { ...clientConfig, credentials, maxAttempts: 1 };
  return {
    dynamodb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client(config),
    sfn: new SFNClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    sts: new STSClient(config),
    credentials,
  };
}

const callApi: Attempt = async ({ credentials }, relay) => {
  const { outputs, region } = relay.cloud;
  const response = await signedFetch({ region, credentials }, "GET", `${String(outputs["apiUrl"])}/jobs/x`);
  if (response.status === 403) throw Object.assign(new Error("forbidden"), { name: "403" });
  return response;
};
const put =
  (Key: string, headers: object = {}): Attempt =>
  ({ s3 }, { bucket }) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "{}", ...headers }));
const get =
  (Key: string): Attempt =>
  ({ s3 }, { bucket }) =>
    s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
const remove =
  (Key: string): Attempt =>
  ({ s3 }, { bucket }) =>
    s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
const list: Attempt = ({ s3 }, { bucket }) => s3.send(new ListObjectsV2Command({ Bucket: bucket }));
const scanJobs: Attempt = ({ dynamodb }, { cloud }) =>
  dynamodb.send(new ScanCommand({ TableName: String(cloud.outputs["jobsTable"]) }));
const answerTask: Attempt = ({ sfn }) =>
  sfn.send(new SendTaskSuccessCommand({ taskToken: "x", output: "{}" }));
const start: Attempt = ({ sfn }, { cloud }) => {
  const { sleep } = cloud.outputs["stateMachineArns"] as Record<string, string>;
  return sfn.send(new StartExecutionCommand({ stateMachineArn: sleep }));
};
const publish: Attempt = ({ sns }, { cloud }) =>
  sns.send(new PublishCommand({ TopicArn: String(cloud.outputs["notificationTopicArn"]), Message: "x" }));
const send: Attempt = async ({ sqs }, relay) =>
  sqs.send(new SendMessageCommand({ QueueUrl: await relay.queueUrl("callbacks"), MessageBody: "{}" }));
const receive: Attempt = async ({ sqs }, relay) =>
  sqs.send(new ReceiveMessageCommand({ QueueUrl: await relay.queueUrl("handoffs") }));
const invoke: Attempt = ({ lambda }) => lambda.send(new InvokeCommand({ FunctionName: "get-job-893f04b" }));
const assume =
  (output: string): Attempt =>
  ({ sts }, { cloud }) =>
    sts.send(new AssumeRoleCommand({ RoleArn: String(cloud.outputs[output]), RoleSessionName: "me" }));
const whoAmI: Attempt = ({ sts }) => sts.send(new GetCallerIdentityCommand({}));

const everythingElse: Readonly<Record<string, [Attempt, string]>> = {
  "reads the table": [scanJobs, "AccessDeniedException"],
  "answers a task": [answerTask, "AccessDeniedException"],
  "starts a workflow": [start, "AccessDeniedException"],
  "publishes a notification": [publish, "AuthorizationErrorException"],
  "sends to a queue": [send, "AccessDenied"],
  "receives from a queue": [receive, "AccessDenied"],
  "invokes a function": [invoke, "AccessDeniedException"],
  "lists the bucket": [list, "AccessDenied"],
  "deletes from the bucket": [remove("inbound/x/success.json"), "AccessDenied"],
  "becomes the caller": [assume("jobsApiInvokeRoleArn"), "AccessDenied"],
  "becomes the partner": [assume("partnerRoleArn"), "AccessDenied"],
};

describe("People and what they may do:", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    await relay.s3.send(
      new PutObjectCommand({ Bucket: relay.bucket, Key: "outbound/x/data.json", Body: "{}" }),
    );
  });

  const answerTo = async (attempt: Attempt, credentials: AccessKey) => {
    try {
      await attempt(clientsFor(relay, credentials), relay);
      return "allowed";
    } catch (error) {
      return error instanceof Error ? error.name : String(error);
    }
  };

  const table: [who: "operator" | "caller" | "partner", title: string, attempt: Attempt, answer: string][] = [
    ["caller", "calls the API", callApi, "allowed"],
    ["caller", "asks who it is", whoAmI, "allowed"],
    ["caller", "reads outbound/", get("outbound/x/data.json"), "AccessDenied"],
    ["caller", "writes inbound/", put("inbound/x/success.json"), "AccessDenied"],
    ["partner", "reads outbound/", get("outbound/x/data.json"), "allowed"],
    ["partner", "writes inbound/", put("inbound/x/success.json"), "allowed"],
    ["partner", "reads what is not there", get("outbound/x/nothing.json"), "AccessDenied"],
    ["partner", "calls the API", callApi, "403"],
    ["partner", "reads inbound/", get("inbound/x/success.json"), "AccessDenied"],
    ["partner", "writes outbound/", put("outbound/x/data.json"), "AccessDenied"],
    ["partner", "writes an answer's copy", put("outbound/x/results/approval/1.json"), "AccessDenied"],
    ["partner", "writes beside the folders", put("inbound"), "AccessDenied"],
    [
      "partner",
      "writes without the stack's key",
      put("inbound/x/y", { ServerSideEncryption: "AES256" }),
      "AccessDenied",
    ],
    ["operator", "becomes the caller", assume("jobsApiInvokeRoleArn"), "allowed"],
    ["operator", "becomes the partner", assume("partnerRoleArn"), "allowed"],
    ["operator", "reads the table", scanJobs, "allowed"],
    ...(["caller", "partner"] as const).flatMap((who) =>
      Object.entries(everythingElse).map(([title, [attempt, answer]]): (typeof table)[number] => [
        who,
        title,
        attempt,
        answer,
      ]),
    ),
  ];
  for (const [who, title, attempt, answer] of table) {
    it(`the ${who} ${title}: ${answer}`, async () => {
      equal(await answerTo(attempt, relay.people[who]), answer);
    });
  }

  it("a stranger's credentials reach nothing", async () => {
    const stranger = { accessKeyId: "AKIASTRANGERSTRANGER", secretAccessKey: "of no use" };
    const attempts = { ...everythingElse, "calls the API": [callApi], "asks who it is": [whoAmI] } as Record<
      string,
      [Attempt]
    >;
    const answers = await Promise.all(
      Object.values(attempts).map(([attempt]) => answerTo(attempt, stranger)),
    );
    equal(answers.includes("allowed"), false);
    deepEqual([...new Set(answers)].sort(), [
      "403",
      "InvalidAccessKeyId",
      "InvalidClientTokenId",
      "UnrecognizedClientException",
    ]);
  });

  it("credentials that the operator got by assuming a role are those of the role", async () => {
    const { sts } = clientsFor(relay, relay.people.operator);
    const RoleArn = String(relay.cloud.outputs["partnerRoleArn"]);
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "acme" }));
    const credentials: AccessKey = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    const { Arn } = await clientsFor(relay, credentials).sts.send(new GetCallerIdentityCommand({}));
    equal(Arn, `${RoleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/acme`);
    deepEqual(
      [await answerTo(get("outbound/x/data.json"), credentials), await answerTo(scanJobs, credentials)],
      ["allowed", "AccessDeniedException"],
    );
    const withoutToken = {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
    };
    equal(await answerTo(get("outbound/x/data.json"), withoutToken), "InvalidAccessKeyId");
  });

  it("a presigned link opens what its maker may read, as long as it lasts and as it is", async () => {
    const { s3 } = clientsFor(relay, relay.people.partner);
    const link = (Key: string, signingDate = new Date()) =>
      getSignedUrl(s3, new GetObjectCommand({ Bucket: relay.bucket, Key }), { expiresIn: 60, signingDate });
    const codeOf = async (url: string) => {
      const response = await fetch(url);
      const text = await response.text();
      return response.ok ? text : (/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text);
    };
    const good = await link("outbound/x/data.json");
    deepEqual(
      [
        await codeOf(good),
        await codeOf(good.replace("data.json", "task_token.txt")),
        await codeOf(await link("inbound/x/success.json")),
        await codeOf(await link("outbound/x/data.json", new Date(Date.now() - 120_000))),
      ],
      ["{}", "SignatureDoesNotMatch", "AccessDenied", "AccessDenied"],
    );
  });
});
