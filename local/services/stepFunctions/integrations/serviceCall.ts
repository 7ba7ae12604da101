import { randomUUID } from "node:crypto";
import { callJson, type Dispatch } from "../../internalClient";
import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import { taskFailure } from "../language/statesError";
import type { IntegrationCall } from "./integration";

/** How Step Functions names a service and its errors. */
export interface ServiceErrors {
  /** Before the dot of an error name, for example `DynamoDB`. */
  readonly prefix: string;
  /** As a cause says it, for example `AmazonDynamoDBv2`. */
  readonly service: string;
  /** The name of an error that the service does not define itself, such as a denial: `AmazonDynamoDBException`. */
  readonly otherwise: string;
  /** The service's error codes and the exceptions that they are. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** Calls an operation of a service that speaks AWS JSON, as the state machine. @throws StatesError */
export async function callService(
  call: IntegrationCall,
  { signingName, target, input, errors }: ServiceCall,
): Promise<JsonObject> {
  let requestId: string | undefined;
  const dispatch: Dispatch = async (service, request) => {
    const response = await call.dispatch(service, request);
    requestId = response.headers["x-amzn-requestid"];
    return response;
  };
  try {
    return await callJson(dispatch, call.principal, signingName, target, input);
  } catch (error) {
    if (error instanceof AwsError) throw serviceFailure(errors, error, requestId);
    throw error;
  }
}

export interface ServiceCall {
  /** For example `dynamodb`. */
  readonly signingName: string;
  /** For example `DynamoDB_20120810.UpdateItem`. */
  readonly target: string;
  readonly input: object;
  readonly errors: ServiceErrors;
}

/** The failure of a task whose service answered with an error, name and cause as Step Functions gives them. */
export function serviceFailure(errors: ServiceErrors, error: AwsError, requestId: string = randomUUID()) {
  const exception = errors.exceptions[error.code] ?? errors.otherwise;
  const details = `Service: ${errors.service}; Status Code: ${error.status}; Error Code: ${error.code}; Request ID: ${requestId}; Proxy: null`;
  return taskFailure(`${errors.prefix}.${exception}`, `${error.message} (${details})`);
}

/** Exceptions whose name is their code. */
export function namedAsTheirCode(codes: readonly string[]): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, code]));
}
