import { AwsError } from "../services/service";
import type { Decision } from "./evaluate";
import { principalName } from "./principal";
import type { EvaluationRequest } from "./request";

/** How services say that something is denied. What is not listed says AccessDeniedException, 400. */
const denials: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  s3: { code: "AccessDenied", status: 403 },
  sns: { code: "AuthorizationError", status: 403 },
  sqs: { code: "AccessDeniedException", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
  batch: { code: "AccessDeniedException", status: 403 },
  monitoring: { code: "AccessDenied", status: 403 },
};

/**
 * The error with which a service refuses a request.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denial(service: string, request: EvaluationRequest, decision: Decision): AwsError {
  const { code, status } = denials[service] ?? { code: "AccessDeniedException", status: 400 };
  return new AwsError(code, denialMessage(request, decision), status);
}

function denialMessage({ principal, action, resource }: EvaluationRequest, decision: Decision): string {
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  const reason =
    decision.effect === "explicitDeny"
      ? "with an explicit deny in a policy"
      : `because no ${principal.kind === "role" ? "identity" : "resource"}-based policy allows the ${action} action`;
  return `User: ${principalName(principal)} is not authorized to perform: ${action}${on} ${reason}`;
}
