import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Account } from "../account";
import type { Activity } from "../activity";
import type { Clock } from "../clock";
import { Gate } from "../gate";
import type { Credentials } from "../iam/credentials";
import type { Principal } from "../iam/principal";
import { createVerifier, type UnverifiedRequest, type Verify } from "../iam/signature";
import type { Log } from "../log";
import type { Dispatch } from "../services/internalClient";
import { AwsError, type AwsRequest, type AwsResponse, type Service } from "../services/service";
import { allowAll, type Authorize } from "./authorize";
import type { CloudFaults } from "./faults/cloudFaults";
import { guessService } from "./guessService";
import { createHttpServer, type HttpServer } from "./httpServer";
import { readRequest, type WireRequest } from "./readRequest";
import { renderErrorUnknownService } from "./renderError";

export interface EndpointOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly credentials: Credentials;
  /** By signing name. Services may be added at any time, since they may need `dispatch` themselves. */
  readonly services: Readonly<Record<string, Service>>;
  /** @default everything is allowed */
  readonly authorize?: Authorize;
  /** What goes wrong between a request and its service. @default nothing */
  readonly faults?: CloudFaults | undefined;
  /** The command-line option to name when the port is in use. @default "--endpoint-port" */
  readonly portOption?: string;
  /** Passed by requests from outside, so that none is answered before the local cloud is ready. @default open */
  readonly gate?: Gate;
  /** Counts requests while they are carried out, but those that wait for messages. */
  readonly activity?: Activity;
}

/** The one door of the local cloud for the protocols of AWS services. */
export interface Endpoint extends HttpServer {
  /** The same for requests from within: no signature, but every permission check. */
  readonly dispatch: Dispatch;
}

const bodyLimit = 64 * 1024 * 1024;
/** For rendering refusals only: no request is carried out as this principal. */
const nobody: Principal = { kind: "service", service: "unverified", sourceArn: "*" };

/** An endpoint that verifies each request's signature, finds its service, asks for permission and passes it on. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { log, portOption = "--endpoint-port", gate = new Gate(), activity } = options;
  const dispatch = counted(createDispatch(options), activity);
  const verify = createVerifier(options);
  const server = createHttpServer((message, response) => {
    readRequest(message, bodyLimit)
      .then(async (request) => {
        await gate.passed();
        return request && answer(request, verify, dispatch, options);
      })
      .then((answered) => answered && send(response, answered))
      .catch((error: unknown) => {
        log(`endpoint: ${describe(error)}`);
        response.destroy();
      });
  }, portOption);
  return { dispatch, ...server };
}

async function answer(
  request: WireRequest,
  verify: Verify,
  dispatch: Dispatch,
  { services }: EndpointOptions,
): Promise<AwsResponse> {
  const guess = guessService(request);
  try {
    if (request.tooLarge) {
      throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }
    const { principal, service } = verify(request, { guess });
    return await dispatch(service, awsRequest(request, principal));
  } catch (error) {
    if (error instanceof AwsError) return render(error, signedService(request) ?? guess, request, services);
    throw error;
  }
}

/** The dispatch of requests to services; every refusal and every failure becomes an answer. */
function createDispatch({ services, authorize = allowAll, faults, log }: EndpointOptions): Dispatch {
  return async (name, request) => {
    const service = services[name];
    if (!service) return render(unknownService(name, services), name, request, services);
    try {
      await authorize(request, name, service.requiredPermissions(request));
      const carryOut = (permitted: AwsRequest) => service.handle(permitted);
      return await (faults ? faults.call(name, request, carryOut) : carryOut(request));
    } catch (error) {
      if (error instanceof AwsError) return service.renderError(error, request);
      log(`${name}: ${request.method} ${request.path} failed: ${describe(error)}`);
      return service.renderError(internalFailure(name), request);
    }
  };
}

/** A request that waits for messages may wait on when the local cloud stops. */
function counted(dispatch: Dispatch, activity: Activity | undefined): Dispatch {
  if (!activity) return dispatch;
  return (service, request) =>
    request.headers["x-amz-target"] === "AmazonSQS.ReceiveMessage"
      ? dispatch(service, request)
      : activity.during(() => dispatch(service, request));
}

function render(
  error: AwsError,
  name: string,
  request: UnverifiedRequest,
  services: EndpointOptions["services"],
): AwsResponse {
  const service = services[name];
  return service
    ? service.renderError(error, awsRequest(request, nobody))
    : renderErrorUnknownService(error, name, request);
}

function awsRequest(
  { method, path, query, headers, body }: UnverifiedRequest,
  principal: Principal,
): AwsRequest {
  return { principal, method, path, query, headers, body };
}

/** What a signature claims to be for, whether it is good or not. */
function signedService({ headers, query }: UnverifiedRequest): string | undefined {
  const credential = /Credential=([^,\s&]+)/.exec(headers["authorization"] ?? query)?.[1];
  return credential?.split(/\/|%2F/i).at(-2);
}

function unknownService(name: string, services: EndpointOptions["services"]): AwsError {
  const known = Object.keys(services).sort().join(", ");
  return new AwsError(
    "UnknownServiceException",
    `the local cloud has no service '${name}'; it has ${known || "none"}`,
    404,
  );
}

function internalFailure(service: string): AwsError {
  return service === "s3"
    ? new AwsError("InternalError", "We encountered an internal error. Please try again.", 500)
    : new AwsError(
        "InternalFailure",
        "The request processing has failed because of an unknown error, exception or failure.",
        500,
      );
}

function send(response: ServerResponse, { status, headers, body }: AwsResponse): void {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!names.includes("x-amzn-requestid")) response.setHeader("x-amzn-requestid", randomUUID());
  if (!names.includes("content-length") && status !== 204 && status !== 304) {
    response.setHeader("content-length", Buffer.byteLength(body));
  }
  response.end(body);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
