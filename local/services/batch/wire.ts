import { randomUUID } from "node:crypto";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import { AwsError, type AwsRequest, type AwsResponse, type Service } from "../service";

/** `METHOD /path` and the operation; `{resourceArn}` in the path is a member of the input. */
export type Routes = Readonly<Record<string, JsonOperation>>;

interface Call {
  readonly operation: JsonOperation;
  /** Undefined when the body is not a JSON object. */
  readonly input: JsonObject | undefined;
}

/**
 * Batch's wire protocol: REST-JSON, one path an operation, the error's code in a header.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function batchService(routes: Routes): Service {
  return {
    renderError,
    requiredPermissions(request) {
      const call = callOf(routes, request);
      return call?.input ? call.operation.permissions(call.input) : [];
    },
    async handle(request) {
      const call = callOf(routes, request);
      const { method, path, principal } = request;
      if (!call) {
        const message = `the local cloud does not know ${method} ${path}`;
        return renderError(new AwsError("UnknownOperationException", message, 404));
      }
      if (!call.input) {
        return renderError(new AwsError("SerializationException", "the body is not a JSON object"));
      }
      try {
        return respond(200, await call.operation.run(call.input, principal));
      } catch (error) {
        if (error instanceof AwsError) return renderError(error);
        throw error;
      }
    },
  };
}

function callOf(routes: Routes, request: AwsRequest): Call | undefined {
  const [, resource] = /^\/v1\/tags\/(.+)$/.exec(request.path) ?? [];
  const path = resource === undefined ? request.path : "/v1/tags/{resourceArn}";
  const operation = routes[`${request.method} ${path}`];
  const body = parseObject(request.body);
  if (!operation || resource === undefined) return operation && { operation, input: body };
  const tagKeys = new URLSearchParams(request.query).getAll("tagKeys");
  return { operation, input: body && { ...body, resourceArn: decoded(resource), tagKeys } };
}

/** A path that is not well encoded names nothing that there is. */
function decoded(part: string): string {
  return /%(?![0-9A-Fa-f]{2})/.test(part) ? part : decodeURIComponent(part);
}

function renderError({ code, message, status }: AwsError): AwsResponse {
  const denied = code === "AccessDeniedException";
  return respond(status, denied ? { Message: message } : { message }, { "x-amzn-errortype": code });
}

function respond(status: number, output: object, headers: Record<string, string> = {}): AwsResponse {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": randomUUID(), ...headers },
    body: JSON.stringify(output),
  };
}

function parseObject(body: Buffer): JsonObject | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
