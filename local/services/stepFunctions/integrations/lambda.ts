import type { JsonObject } from "../../jsonProtocol";
import { AwsError, type AwsResponse } from "../../service";
import { runtimeError, taskFailure } from "../language/statesError";
import type { Integration, IntegrationCall, Integrations } from "./integration";
import { namedAsTheirCode, serviceFailure, type ServiceErrors } from "./serviceCall";

const errors: ServiceErrors = {
  prefix: "Lambda",
  service: "AWSLambda",
  otherwise: "AWSLambdaException",
  exceptions: namedAsTheirCode([
    "InvalidParameterValueException",
    "InvalidRequestContentException",
    "KMSAccessDeniedException",
    "RequestTooLargeException",
    "ResourceConflictException",
    "ResourceNotFoundException",
    "ResourceNotReadyException",
    "ServiceException",
    "TooManyRequestsException",
    "UnsupportedMediaTypeException",
  ]),
};

const invoke: Integration = async (call) => {
  const response = await call.dispatch("lambda", request(call));
  const body = response.body.toString();
  const headers = lowerCased(response.headers);
  if (response.status >= 300) throw refusal(response.status, headers, body);
  if (headers["x-amz-function-error"] !== undefined) throw functionFailure(body);
  return {
    ExecutedVersion: headers["x-amz-executed-version"] ?? "$LATEST",
    ...(body !== "" && { Payload: JSON.parse(body) as unknown }),
    StatusCode: response.status,
  };
};

function request({ parameters, principal }: IntegrationCall) {
  const {
    FunctionName: name,
    Payload: payload = {},
    InvocationType: type,
    Qualifier: qualifier,
  } = parameters;
  if (typeof name !== "string") throw runtimeError("The Parameters of lambda:invoke have no FunctionName.");
  return {
    principal,
    method: "POST",
    path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
    query: typeof qualifier === "string" ? `Qualifier=${encodeURIComponent(qualifier)}` : "",
    headers: {
      "content-type": "application/json",
      "x-amz-invocation-type": typeof type === "string" ? type : "RequestResponse",
    },
    body: Buffer.from(JSON.stringify(payload)),
  };
}

/** The function threw: the error has its type for a name, and all that the function said for a cause. */
function functionFailure(body: string) {
  const { errorType } = parseObject(body);
  return taskFailure(typeof errorType === "string" ? errorType : "Lambda.Unknown", body);
}

/** The service refused the call. */
function refusal(status: number, headers: AwsResponse["headers"], body: string) {
  const answer = parseObject(body);
  const type = headers["x-amzn-errortype"] ?? textIn(answer, "__type") ?? "InternalFailure";
  const code = type.replace(/^.*#/, "").replace(/:.*$/, "");
  const message = textIn(answer, "Message") ?? textIn(answer, "message") ?? code;
  return serviceFailure(errors, new AwsError(code, message, status), headers["x-amzn-requestid"]);
}

function textIn(answer: JsonObject, name: string): string | undefined {
  const value = answer[name];
  return typeof value === "string" ? value : undefined;
}

function lowerCased(headers: AwsResponse["headers"]): AwsResponse["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function parseObject(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as JsonObject) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** A function's ARN as the resource: its answer is the result, without what `lambda:invoke` says around it. */
const invokeFunction: Integration = async (call) => {
  const { Payload } = (await invoke(call)) as { readonly Payload?: unknown };
  return Payload ?? null;
};

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
export const lambda: Integrations = {
  "lambda:function": invokeFunction,
  "lambda:invoke": invoke,
  "lambda:invoke.waitForTaskToken": invoke,
};
