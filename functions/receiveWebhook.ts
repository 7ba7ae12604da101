import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { createJob } from "./lib/createJob";
import { completionEvent, egressProcess } from "./lib/egress/egressProcess";
import { parsePlatformEvent, type PlatformEvent } from "./lib/egress/platformEvent";
import { missingHeader, webhookRefusal, type WebhookAuthentication } from "./lib/egress/verifyWebhook";
import type { JobRecord } from "./lib/job";
import { logError, logEvent } from "./lib/logEvent";
import { namedJobId } from "./lib/namedJobId";
import { problemResponse } from "./lib/problem";
import { bodyOf } from "./lib/recordSubmission";
import { isSecretNotSet, secretAt, type Secret } from "./lib/secret";
import { isProblem, newJob } from "./lib/submission";

export interface ReceiveWebhookSettings {
  readonly tableName: string;
  /** Holds the secrets, or tokens, that senders may use. */
  readonly secretArn: string;
  readonly authentication: WebhookAuthentication;
  /** The platform's name in this stack. */
  readonly platformName: string;
  /** How long a job is kept after it was submitted, in days. */
  readonly retentionDays: number;
}

/**
 * `POST /job-complete`: records a job for an output that a platform has ready. The table's stream does the rest, so it
 * is answered at once. The job's id follows from the platform's, so an event that comes twice is one job.
 */
export const receiveWebhook = (settings: ReceiveWebhookSettings) => {
  const client = new DynamoDBClient({});
  const secret = secretAt(new SecretsManagerClient({}), settings.secretArn);

  const record = async (event: PlatformEvent, path: string): Promise<APIGatewayProxyResult> => {
    const job = jobFor(event, settings, Date.now());
    const { jobId, process, status } = job;
    const isNew = await createJob(client, settings.tableName, job);
    logEvent(isNew ? "job submitted" : "job was submitted already", { jobId, process, status });
    // The stage comes before the path of the route.
    const self = `${path.replace(/\/job-complete\/?$/, "")}/jobs/${jobId}`;
    return accepted({ jobId, links: { self } }, { Location: self });
  };
  return async (request: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path } = request.requestContext;
    const body = bodyOf(request);
    // Before the body is looked into: it may be anybody's.
    const refusal = await refusalOf(secret, settings.authentication, request.headers, body);
    if (refusal) return problemResponse(refusal, path);
    const event = parsePlatformEvent(body);
    if (isProblem(event)) return problemResponse(event, path);
    if (event.event === completionEvent) return record(event, path);
    const reason = `Only ${completionEvent} is acted upon; this is ${event.event}.`;
    return accepted({ ignored: true, reason }, {});
  };
};

/** A secret that was changed a moment ago may not be known here yet, so one that fits none is looked at again. */
async function refusalOf(
  secret: Secret,
  authentication: WebhookAuthentication,
  headers: APIGatewayProxyEvent["headers"],
  body: string,
) {
  try {
    const refusal =
      missingHeader(authentication, headers) ??
      (webhookRefusal(authentication, await secret.read(), headers, body) &&
        webhookRefusal(authentication, await secret.readAgain(), headers, body));
    if (refusal === undefined) return undefined;
    logEvent("webhook refused", { reason: refusal });
    return { status: 401, title: "Unauthorized", detail: refusal };
  } catch (error) {
    if (!isSecretNotSet(error)) throw error;
    logError("webhook cannot be verified", error, {});
    const detail = "This stack has no webhook secret yet; its operator has to set one. Send the event again.";
    return { status: 503, title: "Service Unavailable", detail };
  }
}

function jobFor(event: PlatformEvent, settings: ReceiveWebhookSettings, now: number): JobRecord {
  const { platformName, retentionDays } = settings;
  const requestedBy = `webhook/${platformName}`;
  const submission = { process: egressProcess, parameters: { ...event } };
  return newJob(
    submission,
    { parameters: {}, steps: [egressProcess] },
    {
      jobId: namedJobId(`${requestedBy}/${event.id}`),
      source: "webhook",
      requestedBy,
      createdAt: new Date(now).toISOString(),
      expiresAt: Math.floor(now / 1000) + retentionDays * 86_400,
    },
  );
}

function accepted(body: object, headers: Readonly<Record<string, string>>): APIGatewayProxyResult {
  return {
    statusCode: 202,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}
