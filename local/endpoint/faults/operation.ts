import { principalName } from "../../iam/principal";
import type { AwsRequest } from "../../services/service";

/** The operation that a request asks for, as far as faults tell them apart. */
export function operationOf(service: string, { method, path, headers, body, query }: AwsRequest): string {
  const target = headers["x-amz-target"];
  if (target !== undefined) return target.slice(target.indexOf(".") + 1);
  if (service === "lambda") return path.endsWith("/invocations") ? invocation(headers) : method;
  if (service === "batch") return path.slice(path.lastIndexOf("/") + 1);
  if (service === "sns" || service === "monitoring") {
    return new URLSearchParams(body.toString()).get("Action") ?? method;
  }
  // S3: the method says enough, but for what a sub-resource makes of it.
  return `${method} ${query.replace(/=[^&]*/g, "")}`.trimEnd();
}

function invocation(headers: AwsRequest["headers"]): string {
  return headers["x-amz-invocation-type"] === "Event" ? "InvokeAsync" : "Invoke";
}

/** A place of its own for each operation and each principal. Sessions are left out: some have random names. */
export function placeOf(service: string, operation: string, { principal }: AwsRequest): string {
  const who = principal.kind === "role" ? principal.roleArn : principalName(principal);
  return `${service}/${operation}/${who}`;
}
