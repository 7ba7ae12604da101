import { OpenApiImportError } from "./errors";
import { objectAt } from "./json";

/** A Lambda proxy integration. */
export interface Integration {
  readonly functionArn: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Milliseconds; also the longest that a REST API may wait without a raised quota. */
const defaultTimeout = 29_000;
const shortestTimeout = 50;
const invocationUri =
  /^arn:aws:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/;
const fields = new Set([
  "type",
  "httpMethod",
  "uri",
  "timeoutInMillis",
  "passthroughBehavior",
  "responses",
  "contentHandling",
]);

/**
 * `x-amazon-apigateway-integration` of a method.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
 */
export function parseIntegration(value: unknown, method: string): Integration {
  if (value === undefined) throw new OpenApiImportError(method, "No integration defined for method");
  const where = `${method}.x-amazon-apigateway-integration`;
  const integration = objectAt(value, where);
  const unknown = Object.keys(integration).find((field) => !fields.has(field));
  if (unknown) throw new OpenApiImportError(`${where}.${unknown}`, "the local cloud does not support this");
  if (String(integration["type"]).toLowerCase() !== "aws_proxy") {
    throw new OpenApiImportError(
      `${where}.type`,
      `the local cloud supports aws_proxy only, not '${String(integration["type"])}'`,
    );
  }
  if (integration["httpMethod"] !== "POST") {
    throw new OpenApiImportError(
      `${where}.httpMethod`,
      "functions are invoked with POST, whatever the method",
    );
  }
  const functionArn = invocationUri.exec(String(integration["uri"]))?.[1];
  if (!functionArn) {
    throw new OpenApiImportError(
      `${where}.uri`,
      `'${String(integration["uri"])}' is not arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations`,
    );
  }
  return { functionArn, timeout: timeoutOf(integration["timeoutInMillis"], where) };
}

function timeoutOf(value: unknown, where: string): number {
  if (value === undefined) return defaultTimeout;
  if (typeof value === "number" && value >= shortestTimeout && value <= defaultTimeout) return value;
  throw new OpenApiImportError(
    `${where}.timeoutInMillis`,
    `Timeout should be between ${shortestTimeout} ms and ${defaultTimeout} ms`,
  );
}
