import { arnAccount, arnParts } from "./arn";
import type { Principal } from "./principal";
import { requestContext, type ContextValues, type RequestContext } from "./requestContext";

/** What is asked for. */
export interface EvaluationRequest {
  readonly principal: Principal;
  /** For example `s3:GetObject`. */
  readonly action: string;
  /** The ARN acted upon, or `*` where the action knows no resource. */
  readonly resource: string;
  /** Condition keys, such as `aws:SecureTransport`; names in any case. What follows from the principal is added. */
  readonly context: ContextValues;
  /** Of the account that owns the resource. */
  readonly accountId: string;
}

/**
 * The condition keys of the request. Keys that say who the principal is follow from it, whatever the caller gives;
 * `aws:SourceAccount` is the account in the source's ARN unless it is given, since a bucket's ARN has none.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf({ principal, context, accountId }: EvaluationRequest): RequestContext {
  const sourceAccount = (): ContextValues =>
    principal.kind === "service" ? { "aws:SourceAccount": arnAccount(principal.sourceArn) || accountId } : {};
  return requestContext(() => [sourceAccount(), context, principalKeys(principal)]);
}

function principalKeys(principal: Principal): ContextValues {
  if (principal.kind === "service") {
    return {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": principal.service,
      "aws:SourceArn": principal.sourceArn,
    };
  }
  return {
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": principal.kind === "role" ? principal.roleArn : principal.arn,
    "aws:PrincipalAccount": arnAccount(principal.arn),
    "aws:PrincipalType": principal.kind === "role" ? "AssumedRole" : "Account",
  };
}

/** Whether principal and resource belong to one account. A service belongs to none. */
export function isHome({ principal, accountId }: EvaluationRequest): boolean {
  return principal.kind !== "service" && arnAccount(principal.arn) === accountId;
}

/** Whether the request is for a KMS key, where nothing is allowed that the key's policy does not allow or delegate. */
export function usesKey({ resource }: EvaluationRequest): boolean {
  const parts = arnParts(resource);
  return parts?.[2] === "kms" && parts[5]?.startsWith("key/") === true;
}

/** Whether the request is one that a role's trust policy decides. */
export function assumesRole({ action, resource }: EvaluationRequest): boolean {
  const trusted = /^sts:(?:AssumeRole\w*|TagSession|SetSourceIdentity|SetContext)$/i.test(action);
  return trusted && arnParts(resource)?.[5]?.startsWith("role/") === true;
}
