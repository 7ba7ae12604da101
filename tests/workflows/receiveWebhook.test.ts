import { deepEqual, equal, match } from "node:assert/strict";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import { receiveWebhook } from "../../functions/receiveWebhook";
import { HandlerBench } from "../helpers/handlerBench";
import { apiEvent } from "../helpers/lambdaEvents";

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(24, "-")).toString("base64")}`;
const secret = secretOf("webhooks");
const body = JSON.stringify({ id: "0f9c3d1e", event: "job_complete", msg: "Job complete" });

/** What a sender sends, signed at a time that is so many seconds from now. */
const signedRequest = (text = body, seconds = 0, key = secret): Partial<APIGatewayProxyEvent> => {
  const at = new Date(Date.now() + seconds * 1000);
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(key).sign("msg_1", at, text),
  };
  return { body: text, headers };
};

describe("A webhook, at the function", () => {
  let bench: HandlerBench;
  let secrets: SecretsManagerClient;
  const handlers: Record<string, (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>> = {};
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("webhooks");
    secrets = new SecretsManagerClient(bench.relay.clientConfig);
    const arnOf = async (Name: string, SecretString?: string) =>
      (await secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? "";
    const common = { tableName: bench.tableName, platformName: "voxel51", retentionDays: 7 };
    const withSecret = (secretArn: string, authentication: "signature" | "token") =>
      receiveWebhook({ ...common, secretArn, authentication });
    handlers["signed"] = withSecret(await arnOf("signing", secret), "signature");
    handlers["token"] = withSecret(await arnOf("tokens", "t0ken"), "token");
    handlers["unset"] = withSecret(await arnOf("unset"), "signature");
  });
  after(() => {
    secrets.destroy();
    bench.close();
  });

  const send = async (name: string, request: Partial<APIGatewayProxyEvent>) => {
    const handler = handlers[name];
    if (!handler) throw new Error(`there is no handler ${name}`);
    const requestContext = { ...apiEvent({}).requestContext, path: "/v1/job-complete" };
    const { answer, log } = await bench.handle(handler, apiEvent({ ...request, requestContext }));
    return { answer, log, sent: JSON.parse(answer.body) as Record<string, unknown> };
  };

  it("that is signed becomes a job, once however often it comes", async () => {
    const { answer, sent } = await send("signed", signedRequest());
    const jobId = String(sent["jobId"]);
    match(jobId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const self = `/v1/jobs/${jobId}`;
    deepEqual(answer, {
      statusCode: 202,
      headers: { "Content-Type": "application/json", Location: self },
      body: JSON.stringify({ jobId, links: { self } }),
    });
    const job = await bench.job(jobId);
    deepEqual(job, {
      jobId,
      process: "egress",
      status: "SUBMITTED",
      parameters: body,
      source: "webhook",
      requestedBy: "webhook/voxel51",
      createdAt: job.createdAt,
      updatedAt: job.createdAt,
      steps: { egress: { status: "PENDING" } },
      expiresAt: Math.floor(Date.parse(job.createdAt) / 1000) + 7 * 86_400,
    });
    deepEqual((await send("signed", signedRequest(body, -5))).answer, answer);
    deepEqual(await bench.job(jobId), job);
  });

  it("with a token becomes one, too", async () => {
    const headers = { "Webhook-Token": "t0ken" };
    const { answer, sent } = await send("token", { headers, body: '{"id":"作业","event":"job_complete"}' });
    equal(answer.statusCode, 202);
    equal((await bench.job(String(sent["jobId"]))).parameters, '{"id":"作业","event":"job_complete"}');
  });

  it("of another event is acknowledged, and says why nothing follows", async () => {
    const { answer, sent } = await send("signed", signedRequest('{"id":"j9","event":"job_failed"}'));
    deepEqual(
      [answer.statusCode, sent],
      [202, { ignored: true, reason: "Only job_complete is acted upon; this is job_failed." }],
    );
  });

  /** Signed when it is sent, for a test run may take longer than a signature is good. */
  type Request = () => Partial<APIGatewayProxyEvent>;
  const refused: [title: string, request: Request, status: number, detail: RegExp][] = [
    ["without a signature", () => ({ body }), 401, /header webhook-id is missing/],
    [
      "with a token where signatures are asked for",
      () => ({ body, headers: { "webhook-token": "t0ken" } }),
      401,
      /header webhook-id is missing/,
    ],
    ["of somebody else", () => signedRequest(body, 0, secretOf("foreign")), 401, /No matching signature/],
    [
      "with a signature of another body",
      () => ({ ...signedRequest(), body: body.replace("0f9c", "aaaa") }),
      401,
      /No matching/,
    ],
    ["that is replayed after five minutes", () => signedRequest(body, -301), 401, /too old/],
    [
      "that is no JSON, unsigned: nobody looks into it",
      () => ({ body: "{" }),
      401,
      /header webhook-id is missing/,
    ],
    ["that is no JSON, signed", () => signedRequest("{"), 400, /not a JSON object/],
    ["that is empty", () => signedRequest(""), 400, /not a JSON object/],
    [
      "whose id is too long",
      () => signedRequest(JSON.stringify({ id: "a".repeat(10_000), event: "job_complete" })),
      400,
      /shape/,
    ],
  ];
  for (const [title, request, status, detail] of refused) {
    it(`${title} is refused with ${status}`, async () => {
      const { answer, sent } = await send("signed", request());
      deepEqual(
        [answer.statusCode, answer.headers, sent["status"], sent["instance"]],
        [status, { "Content-Type": "application/problem+json" }, status, "/v1/job-complete"],
      );
      match(String(sent["detail"]), detail);
    });
  }

  it("is asked to come again as long as the stack has no secret", async () => {
    const { answer, log } = await send("unset", signedRequest());
    equal(answer.statusCode, 503);
    match(JSON.stringify(log), /put-secret-value --secret-id arn:aws:secretsmanager/);
    await secrets.send(new PutSecretValueCommand({ SecretId: "unset", SecretString: secret }));
    equal((await send("unset", signedRequest())).answer.statusCode, 202);
  });
});
