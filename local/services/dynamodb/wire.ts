import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { AwsError, type AwsRequest, type AwsResponse, type Service } from "../service";
import { isRefusal } from "./dynalite";
import { requiredPermissions } from "./permissions";

/** Carries an operation out; the output is empty text where it has none. */
export type Run = (input: JsonObject) => Promise<JsonObject | "">;

interface Call {
  readonly operation: string;
  /** Undefined when the body is not a JSON object. */
  readonly input: JsonObject | undefined;
}

const targetPrefix = "DynamoDB_20120810.";

/** Error codes under other prefixes than DynamoDB's own. */
const typePrefixes: Readonly<Record<string, string>> = {
  ValidationException: "com.amazon.coral.validate#",
  AccessDeniedException: "com.amazon.coral.service#",
  InvalidSignatureException: "com.amazon.coral.service#",
  IncompleteSignatureException: "com.amazon.coral.service#",
  MissingAuthenticationTokenException: "com.amazon.coral.service#",
  SerializationException: "com.amazon.coral.service#",
  UnknownOperationException: "com.amazon.coral.service#",
  UnrecognizedClientException: "com.amazon.coral.service#",
};

/**
 * DynamoDB's wire protocol: AWS JSON 1.0 with error types in full and a checksum of each answer.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function dynamoDbService(account: Account, operations: ReadonlyMap<string, Run>): Service {
  // A request is asked for its permissions and then carried out: its body is parsed once.
  const calls = new WeakMap<AwsRequest, Call>();
  const callOf = (request: AwsRequest): Call => {
    const call = calls.get(request) ?? parseCall(request);
    calls.set(request, call);
    return call;
  };
  return {
    renderError,
    requiredPermissions(request) {
      const { operation, input } = callOf(request);
      return operations.has(operation) && input ? requiredPermissions(account, operation, input) : [];
    },
    async handle(request) {
      const { operation, input } = callOf(request);
      calls.delete(request);
      const run = operations.get(operation);
      if (!run) {
        return renderError(
          new AwsError("UnknownOperationException", `the local cloud does not know ${operation}`),
        );
      }
      if (!input) return renderError(new AwsError("SerializationException", "the body is not a JSON object"));
      try {
        return respond(200, await run(input));
      } catch (error) {
        if (isRefusal(error)) return respond(error.statusCode, error.body);
        if (error instanceof AwsError) return renderError(error);
        throw error;
      }
    },
  };
}

function renderError({ code, message, status }: AwsError): AwsResponse {
  const __type = (typePrefixes[code] ?? "com.amazonaws.dynamodb.v20120810#") + code;
  return respond(
    status,
    code === "AccessDeniedException" ? { __type, Message: message } : { __type, message },
  );
}

function respond(status: number, output: JsonObject | ""): AwsResponse {
  const body = output === "" ? "" : JSON.stringify(output);
  return {
    status,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": randomUUID(),
      "x-amz-crc32": String(crc32(body)),
    },
    body,
  };
}

function parseCall(request: AwsRequest): Call {
  const target = request.headers["x-amz-target"] ?? "";
  const operation = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : target;
  return { operation, input: parseObject(request.body) };
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
