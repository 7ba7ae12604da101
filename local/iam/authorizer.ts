import type { Account } from "../account";
import type { Clock } from "../clock";
import type { Authorize } from "../endpoint/authorize";
import type { Log } from "../log";
import { AwsError, type RequiredPermission } from "../services/service";
import { denial } from "./denial";
import { evaluate, type Decision, type Policies } from "./evaluate";
import type { KeyUse } from "./keyUse";
import type { NamedPolicy } from "./policy";
import { principalName, type Principal } from "./principal";
import type { EvaluationRequest } from "./request";
import type { RoleStore } from "./roles";
import { suggestStatement } from "./suggestStatement";

/** What was asked for, and what came of it. */
export interface Decided {
  readonly request: EvaluationRequest;
  readonly decision: Decision;
}

export interface AuthorizerOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly roles: RoleStore;
  /** The policy of a resource, by the ARN that a request names: of a bucket for its objects, too. */
  readonly policyOf: (resource: string) => NamedPolicy | undefined;
  readonly keyUse: KeyUse;
  /** Hears of every decision. */
  readonly observe: (decided: Decided) => void;
}

/**
 * Decides requests by the policies of roles and resources, as AWS would: each thing that a request needs, and the use
 * of the key with which its resource is encrypted.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorize {
  const { keyUse, observe, log } = options;
  return ({ principal }, service, permissions) => {
    for (const permission of [...permissions, ...keyUse.permissionsFor(permissions, principal)]) {
      const request = evaluationRequest(options, principal, permission);
      const policies = policiesFor(options, request);
      const decision = evaluate(request, policies);
      observe({ request, decision });
      if (decision.effect === "allow") continue;
      log(describeDenial(request, decision, policies));
      throw denial(service, request, decision);
    }
  };
}

function evaluationRequest(
  { account, clock }: AuthorizerOptions,
  principal: Principal,
  { action, resource, context }: RequiredPermission,
): EvaluationRequest {
  return {
    principal,
    action,
    resource,
    accountId: account.accountId,
    context: {
      // The loopback interface stands for TLS: nothing leaves the machine.
      "aws:SecureTransport": "true",
      "aws:RequestedRegion": account.region,
      "aws:CurrentTime": new Date(clock.now()).toISOString(),
      ...context,
    },
  };
}

function policiesFor(
  { roles, policyOf }: AuthorizerOptions,
  { principal, resource }: EvaluationRequest,
): Policies {
  const identity = principal.kind === "role" ? roles.identityPoliciesOf(principal.roleArn) : [];
  const own = policyOf(resource);
  return { identity, ...(own ? { resource: own } : {}) };
}

/** One line that says what to do about it. */
function describeDenial(request: EvaluationRequest, decision: Decision, policies: Policies): string {
  const what = `denied: ${principalName(request.principal)} may not ${request.action} on ${request.resource}`;
  if (decision.effect === "explicitDeny") {
    const { policy, statement, sid } = decision.by;
    return `${what}: ${policy} denies it in ${sid ?? `statement ${statement}`}`;
  }
  const { policy, statement } = suggestStatement(request, policies);
  return `${what}; this statement in its ${policy} policy would allow it: ${JSON.stringify(statement)}`;
}

/** Whether an error is a refusal of this authorizer. */
export function isDenial(error: unknown): error is AwsError {
  return error instanceof AwsError && /^(AccessDenied|AuthorizationError)/.test(error.code);
}
