import { applicable } from "./applicable";
import type { NamedPolicy, StatementReference } from "./policy";
import { allowedAs, isDenied, type PrincipalMatch } from "./principalElement";
import { assumesRole, contextOf, isHome, usesKey, type EvaluationRequest } from "./request";
import type { RequestContext } from "./requestContext";

/** The policies that apply to a request. */
export interface Policies {
  /** Of the principal's role; the root and services have none. */
  readonly identity: readonly NamedPolicy[];
  /** Of the resource, if it has one: a key's policy, a role's trust policy, a bucket's … */
  readonly resource?: NamedPolicy;
  /** The most that the role's identity policies can grant. */
  readonly permissionsBoundary?: NamedPolicy;
}

export type Decision =
  /** `by` has every statement that the permission rests on; none where the root needs none. */
  | { readonly effect: "allow"; readonly by: readonly StatementReference[] }
  | { readonly effect: "explicitDeny"; readonly by: StatementReference }
  | { readonly effect: "implicitDeny" };

interface ResourceAllow {
  readonly reference: StatementReference;
  readonly match: PrincipalMatch;
}

/**
 * Decides whether a request is allowed.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(request: EvaluationRequest, policies: Policies): Decision {
  const context = contextOf(request);
  const denial = explicitDenial(request, policies, context);
  if (denial) return { effect: "explicitDeny", by: denial };
  const by = grants(request, policies, context);
  return by ? { effect: "allow", by } : { effect: "implicitDeny" };
}

function explicitDenial(
  request: EvaluationRequest,
  { identity, resource, permissionsBoundary }: Policies,
  context: RequestContext,
): StatementReference | undefined {
  const { principal } = request;
  const own =
    principal.kind === "role" ? [...identity, ...(permissionsBoundary ? [permissionsBoundary] : [])] : [];
  const bounded = permissionsBoundary !== undefined;
  for (const policy of resource ? [...own, resource] : own) {
    for (const { statement, reference } of applicable(policy, "Deny", request, context)) {
      if (!statement.principal || isDenied(statement.principal, principal, bounded)) return reference;
    }
  }
  return undefined;
}

/** The statements that allow the request together, or undefined where they do not suffice. */
function grants(
  request: EvaluationRequest,
  policies: Policies,
  context: RequestContext,
): readonly StatementReference[] | undefined {
  const byResource = resourceAllows(request, policies.resource, context);
  switch (request.principal.kind) {
    case "service":
      return orNothing(references(byResource));
    case "root":
      return rootGrants(request, byResource);
    case "role":
      return roleGrants(request, policies, byResource, context);
  }
}

/**
 * The root may do all in its own account, but use a key only as the key's policy says, and never assume a role.
 * Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
function rootGrants(
  request: EvaluationRequest,
  byResource: readonly ResourceAllow[],
): readonly StatementReference[] | undefined {
  if (assumesRole(request)) return undefined;
  return isHome(request) && !usesKey(request) ? [] : orNothing(references(byResource));
}

function roleGrants(
  request: EvaluationRequest,
  { identity, permissionsBoundary }: Policies,
  byResource: readonly ResourceAllow[],
  context: RequestContext,
): readonly StatementReference[] | undefined {
  const boundary = permissionsBoundary ? allowsOf(permissionsBoundary, request, context) : undefined;
  const withinBoundary = boundary === undefined || boundary.length > 0;
  const byIdentity = withinBoundary ? identity.flatMap((policy) => allowsOf(policy, request, context)) : [];
  if (!isHome(request)) {
    const both = byIdentity.length > 0 && byResource.length > 0;
    return both ? [...references(byResource), ...byIdentity, ...(boundary ?? [])] : undefined;
  }
  const direct = references(byResource, "direct");
  const asRole = withinBoundary ? references(byResource, "role") : [];
  const delegated = references(byResource, "account");
  const needsDelegation = usesKey(request) || assumesRole(request);
  const asIdentity = needsDelegation && delegated.length === 0 ? [] : byIdentity;
  const delegation = needsDelegation && asIdentity.length > 0 ? delegated : [];
  const bounded = asRole.length > 0 || asIdentity.length > 0 ? (boundary ?? []) : [];
  return orNothing([...direct, ...asRole, ...delegation, ...asIdentity, ...bounded]);
}

function resourceAllows(
  request: EvaluationRequest,
  policy: NamedPolicy | undefined,
  context: RequestContext,
): readonly ResourceAllow[] {
  return (policy ? applicable(policy, "Allow", request, context) : []).flatMap(({ statement, reference }) => {
    const match = statement.principal && allowedAs(statement.principal, request.principal);
    return match ? [{ reference, match }] : [];
  });
}

function references(allows: readonly ResourceAllow[], match?: PrincipalMatch): readonly StatementReference[] {
  return allows
    .filter((allow) => match === undefined || allow.match === match)
    .map(({ reference }) => reference);
}

function orNothing(by: readonly StatementReference[]): readonly StatementReference[] | undefined {
  return by.length > 0 ? by : undefined;
}

function allowsOf(
  policy: NamedPolicy,
  request: EvaluationRequest,
  context: RequestContext,
): readonly StatementReference[] {
  return applicable(policy, "Allow", request, context).map(({ reference }) => reference);
}

export type { EvaluationRequest } from "./request";
export type { NamedPolicy, StatementReference } from "./policy";
