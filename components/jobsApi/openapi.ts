import { jobDetails } from "../../functions/lib/jobRequest";
import { gatewayResponses } from "./gatewayResponses";
import { schemas } from "./schemas";

/** The function behind each operation: its API Gateway invocation URI. */
export interface ApiIntegrations {
  readonly submitJob: string;
  readonly getJob: string;
  readonly cancelJob: string;
  readonly redriveJob: string;
  readonly listJobs: string;
  /** Only where there is a queue to submit to. */
  readonly submitBatchJob?: string | undefined;
  /** Only where there is a platform whose webhooks to hear. */
  readonly receiveWebhook?: string | undefined;
}

/**
 * The contract of the API: API Gateway imports it, the local runtime routes and validates by it.
 * OpenAPI 3.0 with API Gateway's extensions.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export function openApiDocument(integrations: ApiIntegrations): object {
  return {
    openapi: "3.0.1",
    info: { title: "Jobrelay", version: "1", description: "Start jobs and follow them." },
    paths: {
      "/jobs": { post: submitJob(integrations.submitJob), get: listJobs(integrations.listJobs) },
      "/jobs/{jobId}": { get: getJob(integrations.getJob) },
      "/jobs/{jobId}/cancel": { post: cancelJob(integrations.cancelJob) },
      "/jobs/{jobId}/redrive": { post: redriveJob(integrations.redriveJob) },
      ...(integrations.submitBatchJob === undefined
        ? {}
        : { "/v1/submitjob": { post: submitBatchJob(integrations.submitBatchJob) } }),
      ...(integrations.receiveWebhook === undefined
        ? {}
        : { "/job-complete": { post: receiveWebhook(integrations.receiveWebhook) } }),
    },
    components: { schemas, securitySchemes: { sigv4 } },
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    "x-amazon-apigateway-gateway-responses": gatewayResponses,
  };
}

/** AWS Signature Version 4, as API Gateway's import wants it to be described. */
const sigv4 = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  "x-amazon-apigateway-authtype": "awsSigv4",
};

/** A caller's name for a request, under which sending it again does nothing again. */
const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "Made up by the caller for this job, such as a UUID: the same request again with it has the first answer again",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function submitJob(uri: string) {
  return {
    operationId: "submitJob",
    summary: "Start a job of a process of the catalogue",
    ...common(uri),
    parameters: [idempotencyKey],
    requestBody: { required: true, content: json("JobRequest") },
    responses: {
      "202": {
        description: "The job is recorded and will run",
        headers: {
          Location: { schema: { type: "string" }, description: "Where to follow the job" },
          "Retry-After": { schema: { type: "integer" }, description: "Seconds to wait before looking" },
        },
        content: json("JobAccepted"),
      },
      "400": problem("The request has not the shape of a job, or its key is none"),
      "403": problem("The request is not signed by someone who may call"),
      "413": problem("The parameters are larger than 64 KB"),
      "422": problem(
        "The process is unknown, its schema refuses the parameters, or the key was used for another payload",
      ),
    },
  };
}

function getJob(uri: string) {
  return {
    operationId: "getJob",
    summary: "Read a job",
    description:
      "view=full adds the timeline: the attempts of each step, with times, errors and causes. It is made for looking " +
      "closely, not for polling: Step Functions answers some twenty such requests a second in an account.",
    ...common(uri),
    parameters: [
      jobIdParameter,
      query("view", "How much to show", { type: "string", enum: jobDetails, default: "basic" }),
    ],
    responses: {
      "200": { description: "The job as it is now", content: json("Job") },
      "400": problem("There is no such view"),
      "403": problem("The request is not signed by someone who may call"),
      "404": problem("There is no such job, or it is another caller's and callers see only their own"),
      "503": problem("Step Functions is asked for too many timelines just now"),
    },
  };
}

function listJobs(uri: string) {
  const text = { type: "string", minLength: 1, maxLength: 256 };
  return {
    operationId: "listJobs",
    summary: "List jobs, newest first",
    description:
      "Lists follow what happens within moments. A page may have fewer jobs than asked for, where few fit; there is " +
      "more as long as there is a nextCursor.",
    ...common(uri),
    parameters: [
      query("process", "Only jobs of this process", text),
      query("status", "Only jobs with this status", schemas.Job.properties.status),
      query("client", "Only jobs for this client", text),
      query("limit", "How many jobs at most", { type: "integer", minimum: 1, maximum: 100, default: 20 }),
      query("cursor", "The nextCursor of the page before, with the same filters", { type: "string" }),
    ],
    responses: {
      "200": { description: "A page of jobs", content: json("JobList") },
      "400": problem("A filter has a value that none can have, or the cursor belongs to another query"),
      "403": problem("The request is not signed by someone who may call"),
    },
  };
}

function query(name: string, description: string, schema: object) {
  return { name, in: "query", description, schema };
}

const jobIdParameter = { name: "jobId", in: "path", required: true, schema: { type: "string" } };

function cancelJob(uri: string) {
  return {
    operationId: "cancelJob",
    summary: "End a job, with its container and its hand-off",
    ...common(uri),
    parameters: [jobIdParameter],
    responses: {
      "202": { description: "The job is cancelled", content: json("JobChange") },
      "403": problem("The request is not signed by someone who may call"),
      "404": problem("There is no such job"),
      "409": problem("The job has ended"),
      "503": problem("The job is just being started"),
    },
  };
}

function redriveJob(uri: string) {
  return {
    operationId: "redriveJob",
    summary: "Run a job again that failed or timed out, from the step that failed",
    ...common(uri),
    parameters: [jobIdParameter],
    responses: {
      "202": { description: "The job runs again; outcome says from where", content: json("JobChange") },
      "403": problem("The request is not signed by someone who may call"),
      "404": problem("There is no such job"),
      "409": problem("The job has not failed, or nothing can run it again"),
    },
  };
}

/** The shape of AWS Batch's own operation, for notifiers that were built for it. */
function submitBatchJob(uri: string) {
  return {
    operationId: "submitBatchJob",
    summary: "Start a job as AWS Batch's SubmitJob does; the job definition names the process",
    ...common(uri),
    parameters: [idempotencyKey],
    requestBody: { required: true, content: json("BatchJobRequest") },
    responses: {
      "200": { description: "The job is recorded and will run", content: json("BatchJobAccepted") },
      "400": problem("The request has not the shape of a SubmitJob that can be taken, or its key is none"),
      "403": problem("The request is not signed by someone who may call"),
      "413": problem("The parameters are larger than 64 KB"),
      "422": problem(
        "The queue or the process is unknown, its schema refuses the parameters, or the key was used for another payload",
      ),
    },
  };
}

/** Whoever may call it shows so by a signature of the body or a token, which only the function can verify. */
function receiveWebhook(uri: string) {
  return {
    operationId: "receiveWebhook",
    summary: "Hear that a platform has an output ready (Standard Webhooks, or a shared token)",
    ...integration(uri),
    requestBody: { required: true, content: json("PlatformEvent") },
    responses: {
      "202": {
        description: "The output will be fetched, or the event is ignored",
        content: json("EventAccepted"),
      },
      "400": problem("The event has not the shape of one"),
      "401": problem("The signature or the token is missing, wrong or too old"),
      "503": problem("The stack has no webhook secret yet"),
    },
  };
}

function common(uri: string) {
  return {
    security: [{ sigv4: [] }],
    "x-amazon-apigateway-request-validator": "all",
    ...integration(uri),
  };
}

function integration(uri: string) {
  return {
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      // Lambda is always called with POST.
      httpMethod: "POST",
      uri,
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 29_000,
    },
  };
}

function json(schema: keyof typeof schemas) {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
}

function problem(description: string) {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}
