type Json = Record<string, unknown>;

export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:submitJob";

export const integration = (extra: Json = {}): Json => ({
  type: "aws_proxy",
  httpMethod: "POST",
  uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  ...extra,
});

const operation = (extra: Json = {}): Json => ({
  responses: { "200": { description: "ok" } },
  "x-amazon-apigateway-integration": integration(),
  ...extra,
});

const problem = (status: number): Json => ({
  responseParameters: {
    "gatewayresponse.header.Content-Type": "'application/problem+json'",
    "gatewayresponse.header.X-Path": "method.request.path.jobId",
    "gatewayresponse.header.X-Trace": "method.request.header.x-trace",
    "gatewayresponse.header.X-Id": "context.requestId",
  },
  responseTemplates: {
    "application/json":
      `{"status":${status},"title":$context.error.messageString,"detail":"$context.error.validationErrorString",` +
      '"type":"$context.error.responseType","instance":"$context.path","resource":"$context.resourcePath"}',
  },
});

/** A small API with one of everything that the gateway does. */
export function gatewayDocument(extra: Json = {}): Json {
  return {
    openapi: "3.0.1",
    info: { title: "jobs", version: "1" },
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": {
      BAD_REQUEST_BODY: problem(400),
      DEFAULT_4XX: problem(499),
    },
    components: {
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
      schemas: {
        Client: { type: "string", minLength: 2, maxLength: 4, pattern: "^[a-z]+$" },
        Job: {
          type: "object",
          properties: {
            process: { type: "string", enum: ["sleep", "apost"] },
            client: { $ref: "#/components/schemas/Client" },
            seconds: { type: "integer", minimum: 1, maximum: 60 },
            tags: { type: "array", items: { type: "string" }, maxItems: 1 },
            parameters: { type: "object" },
          },
          required: ["process"],
          additionalProperties: false,
        },
      },
    },
    paths: {
      "/jobs": {
        get: operation({
          parameters: [
            { name: "status", in: "query", required: true, schema: { type: "string" } },
            { name: "X-Client", in: "header", required: true, schema: { type: "string" } },
            { name: "limit", in: "query", schema: { type: "integer" } },
          ],
        }),
        post: operation({
          security: [{ sigv4: [] }],
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Job" } } } },
        }),
      },
      "/open": {
        post: operation({
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Job" } } } },
        }),
      },
      "/jobs/{jobId}": { get: operation() },
      "/jobs/latest": { get: operation() },
      "/files/{proxy+}": { "x-amazon-apigateway-any-method": operation() },
    },
    ...extra,
  };
}
