import { randomUUID } from "node:crypto";
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type RequiredPermission,
  type Service,
} from "./service";
import type { Principal } from "../iam/principal";

export type JsonObject = Record<string, unknown>;

/** One operation of a service that speaks AWS JSON: what it needs, and what it does. */
export interface JsonOperation {
  permissions(input: JsonObject): readonly RequiredPermission[];
  run(input: JsonObject, principal: Principal): Promise<object> | object;
}

export interface JsonServiceOptions {
  /** The part of `X-Amz-Target` before the dot, for example `AWSStepFunctions`. */
  readonly targetPrefix: string;
  /** `1.0` or `1.1`. */
  readonly version: "1.0" | "1.1";
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

/**
 * A service that speaks AWS JSON 1.0 or 1.1: one path, the operation in `X-Amz-Target`, errors with `__type`.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function jsonService({ targetPrefix, version, operations }: JsonServiceOptions): Service {
  const contentType = `application/x-amz-json-${version}`;
  const respond = (status: number, value: object): AwsResponse => ({
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": randomUUID() },
    body: JSON.stringify(value),
  });
  const renderError = (error: AwsError) =>
    respond(error.status, { __type: error.code, message: error.message });
  return {
    renderError,
    requiredPermissions(request) {
      const operation = operations[targetOperation(request, targetPrefix)];
      const input = parseObject(request.body);
      return operation && input ? operation.permissions(input) : [];
    },
    async handle(request) {
      const name = targetOperation(request, targetPrefix);
      const operation = operations[name];
      if (!operation) {
        return renderError(
          new AwsError("UnknownOperationException", `the local cloud does not know ${name}`),
        );
      }
      const input = parseObject(request.body);
      if (!input) return renderError(new AwsError("SerializationException", "the body is not a JSON object"));
      try {
        return respond(200, await operation.run(input, request.principal));
      } catch (error) {
        if (error instanceof AwsError) return renderError(error);
        throw error;
      }
    },
  };
}

function targetOperation(request: AwsRequest, targetPrefix: string): string {
  const target = request.headers["x-amz-target"] ?? "";
  return target.startsWith(`${targetPrefix}.`) ? target.slice(targetPrefix.length + 1) : target;
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
