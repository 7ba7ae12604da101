import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Account } from "../account";
import type { Counted } from "../activity";
import type { Clock } from "../clock";
import { Gate } from "../gate";
import { allowAll, type Authorize } from "../endpoint/authorize";
import { createHttpServer, type HttpServer } from "../endpoint/httpServer";
import { carriesSignature, type Verify } from "../iam/signature";
import type { Log } from "../log";
import { parseDocument, type ApiDefinition } from "./document";
import { GatewayError } from "./gatewayResponseTypes";
import { readGatewayRequest, type GatewayRequest } from "./gatewayRequest";
import { authorizeCaller } from "./iamAuthorization";
import { invokeFunction, type InvokeForGateway } from "./invokeFunction";
import type { Method } from "./method";
import { proxyEvent } from "./proxyEvent";
import { proxyResponse, type ProxyResponse } from "./proxyResponse";
import { requestContext, shortId, signedIdentity, type RequestContext } from "./requestContext";
import { createRouter } from "./router";
import { templateVariables } from "./templateVariables";
import { validateRequest } from "./validateRequest";

export interface RestApiOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** OpenAPI 3.0 with the extensions of API Gateway, parsed. */
  readonly document: unknown;
  readonly apiId: string;
  readonly stageName: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly verify: Verify;
  /** @default everything is allowed */
  readonly authorize?: Authorize;
  readonly invoke: InvokeForGateway;
  /** What the API's paths begin with. @default `/<stageName>`, as on AWS */
  readonly pathPrefix?: string;
  /** The command-line option to name when the port is in use. @default "--api-port" */
  readonly portOption?: string;
  /** Passed by every request. @default open */
  readonly gate?: Gate;
  /** Counts requests from their arrival to their answer. */
  readonly activity?: Counted;
  /** The same for those that do not only read. */
  readonly courtesy?: Counted;
}

/**
 * An API Gateway REST API at a port of its own: one stage, Lambda proxy integrations.
 * @returns `listen` gives the URL with the stage, for example `http://127.0.0.1:8080/dev`
 * @throws OpenApiImportError for a document that API Gateway would not import
 */
export function createRestApi(options: RestApiOptions): HttpServer {
  const { log, stageName, pathPrefix = `/${stageName}`, portOption = "--api-port" } = options;
  const { gate = new Gate(), activity = notCounted, courtesy = notCounted } = options;
  const answer = createAnswer(options);
  const server = createHttpServer((message, response) => {
    readGatewayRequest(message, pathPrefix)
      .then(async (request) => {
        await gate.passed();
        const respond = async () => request && send(response, await answer(request));
        await activity.during(() => (isReading(request?.method) ? respond() : courtesy.during(respond)));
      })
      .catch((error: unknown) => {
        log(`api: ${describe(error)}`);
        response.destroy();
      });
  }, portOption);
  return { ...server, listen: async (port) => `${await server.listen(port)}${pathPrefix}` };
}

/** Who asks what has become of a job waits for the job more than for the answer. */
function isReading(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD";
}

const notCounted: Counted = { during: (work) => work() };

type IncomingRequest = NonNullable<Awaited<ReturnType<typeof readGatewayRequest>>>;

/** The way of a request through the gateway: route, authorization, size, validation, integration. */
function createAnswer(options: RestApiOptions): (request: IncomingRequest) => Promise<ProxyResponse> {
  const { account, apiId, stageName, clock, log } = options;
  const definition = parseDocument(options.document);
  const route = createRouter(definition.methods);
  const deploymentId = shortId(JSON.stringify(options.document));
  const api = { accountId: account.accountId, apiId, stage: stageName, deploymentId };
  return async (incoming) => {
    const { resourceRequestPath } = incoming;
    const requestId = randomUUID();
    if (resourceRequestPath === undefined) return forbidden(requestId);
    const found = route(incoming.method, resourceRequestPath);
    const request = { ...incoming, resourceRequestPath, pathParameters: found?.pathParameters ?? {} };
    const resourcePath = found?.method.resourcePath;
    const context = requestContext({ request, resourcePath, requestId, now: clock.now(), api });
    try {
      if (!found) throw missingToken();
      return withIds(await serve(request, found.method, context, definition, options), context);
    } catch (error) {
      const failure = error instanceof GatewayError ? error : unexpected(error);
      if (failure.status >= 500) {
        log(`api: ${request.method} ${request.path}: ${describe(failure.cause ?? failure)}`);
      }
      return withIds(gatewayResponse(failure, request, context, definition, options), context);
    }
  };
}

function gatewayResponse(
  failure: GatewayError,
  { headers, queryString, pathParameters }: GatewayRequest,
  context: RequestContext,
  { renderGatewayResponse }: ApiDefinition,
  { stageVariables = {} }: RestApiOptions,
): ProxyResponse {
  if (failure.type === "REQUEST_TOO_LARGE") return tooLargeResponse(failure);
  const rendered = renderGatewayResponse(failure, {
    context: templateVariables(context),
    stageVariables,
    request: { headers, queryString, path: pathParameters },
  });
  return {
    status: rendered.status,
    headers: Object.entries(rendered.headers).map(([name, value]) => [name, [value]]),
    body: Buffer.from(rendered.body),
  };
}

async function serve(
  request: GatewayRequest,
  method: Method,
  context: RequestContext,
  { binaryMediaTypes }: ApiDefinition,
  options: RestApiOptions,
): Promise<ProxyResponse> {
  const { account, apiId, stageName, stageVariables, authorize = allowAll } = options;
  const signed = method.authorization === "AWS_IAM";
  if (signed && !carriesSignature(request)) throw missingToken();
  if (request.tooLarge) throw tooLarge();
  const identity = signed
    ? signedIdentity(request, await authorizeCaller(request, { ...options, authorize }), account.accountId)
    : context.identity;
  validateRequest(method, request);
  const { resourcePath } = method;
  const event = proxyEvent({
    request,
    resourcePath,
    context: { ...context, identity },
    stageVariables,
    binaryMediaTypes,
  });
  const api = `arn:${account.partition}:execute-api:${account.region}:${account.accountId}:${apiId}`;
  const sourceArn = `${api}/${stageName}/${request.method}${resourcePath}`;
  const payload = await invokeFunction(method.integration, event, sourceArn, options);
  return proxyResponse(payload, request.headers["accept"], binaryMediaTypes);
}

const missingToken = () => new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
const tooLarge = () => new GatewayError("REQUEST_TOO_LARGE", "HTTP content length exceeded 10485760 bytes.");
const unexpected = (cause: unknown) => new GatewayError("DEFAULT_5XX", "Internal server error", { cause });

/** API Gateway answers so whatever the document says: this response cannot be customised. */
function tooLargeResponse({ status, message, errorType }: GatewayError): ProxyResponse {
  const headers = [
    ["content-type", ["text/plain"]],
    ["x-amzn-errortype", [errorType]],
  ] as const;
  return { status, headers, body: Buffer.from(message) };
}

/** Outside the stage there is no API, and so none of its gateway responses. */
function forbidden(requestId: string): ProxyResponse {
  const headers = [
    ["content-type", ["application/json"]],
    ["x-amzn-errortype", ["ForbiddenException"]],
    ["x-amzn-requestid", [requestId]],
  ] as const;
  return { status: 403, headers, body: Buffer.from('{"message":"Forbidden"}') };
}

function withIds(response: ProxyResponse, { requestId, extendedRequestId }: RequestContext): ProxyResponse {
  const ids = [
    ["x-amzn-requestid", [requestId]],
    ["x-amz-apigw-id", [extendedRequestId]],
  ] as const;
  return { ...response, headers: [...response.headers, ...ids] };
}

function send(response: ServerResponse, { status, headers, body }: ProxyResponse): void {
  response.statusCode = status;
  for (const [name, values] of headers)
    response.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
  if (status !== 204 && status !== 304) response.setHeader("content-length", body.length);
  response.end(body);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
