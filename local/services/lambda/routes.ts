import type { Account } from "../../account";
import { AwsError, type AwsRequest, type RequiredPermission } from "../service";
import { parseFunction, type FunctionReference } from "./functionArn";

/** An operation of the API, and the function it is about. */
export type Route =
  | { readonly operation: FunctionOperation; readonly target: FunctionReference }
  | { readonly operation: "ListFunctions" | "ListEventSourceMappings" };

export type FunctionOperation = "InvokeFunction" | "GetFunction" | "GetFunctionConfiguration" | "GetPolicy";

const functionRoutes: Readonly<Record<string, FunctionOperation>> = {
  "POST invocations": "InvokeFunction",
  "GET ": "GetFunction",
  "GET configuration": "GetFunctionConfiguration",
  "GET policy": "GetPolicy",
};

/**
 * Finds the operation that a request asks for.
 * @throws AwsError ResourceNotFoundException for a function that cannot be here, UnknownOperationException
 */
export function routeOf(account: Account, { method, path, query }: AwsRequest): Route {
  const [version, collection, name, part = "", ...more] = path
    .replace(/^\//, "")
    .replace(/\/$/, "")
    .split("/");
  const isList = name === undefined && method === "GET";
  if (version === "2015-03-31" && more.length === 0) {
    if (isList && collection === "functions") return { operation: "ListFunctions" };
    if (isList && collection === "event-source-mappings") return { operation: "ListEventSourceMappings" };
    const operation = functionRoutes[`${method} ${part}`];
    if (collection === "functions" && name !== undefined && operation) {
      const qualifier = new URLSearchParams(query).get("Qualifier") ?? undefined;
      return { operation, target: parseFunction(account, decode(name), qualifier) };
    }
  }
  throw new AwsError("UnknownOperationException", `the local cloud does not know ${method} ${path}`, 404);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export function permissionsOf(route: Route): readonly RequiredPermission[] {
  const resource = "target" in route ? route.target.arn : "*";
  return [{ action: `lambda:${route.operation}`, resource }];
}
