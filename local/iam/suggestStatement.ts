import { evaluate, type Policies } from "./evaluate";
import { parsePolicy } from "./policyDocument";
import type { PolicyKind } from "./policy";
import type { Principal } from "./principal";
import { assumesRole, isHome, usesKey, type EvaluationRequest } from "./request";

/** A statement in the form of a policy document, and the kind of policy it belongs into. */
export interface SuggestedStatement {
  readonly policy: PolicyKind;
  readonly statement: Readonly<Record<string, unknown>>;
}

/**
 * The least statement that would have allowed a denied request. It cannot help against an explicit deny, a
 * permissions boundary, or a root that wants to assume a role; between accounts the other side must allow as well.
 * @param policies those that denied it; without them a key's policy is taken to delegate nothing to identity policies
 */
export function suggestStatement(request: EvaluationRequest, policies?: Policies): SuggestedStatement {
  const policy = policyToExtend(request, policies);
  if (policy === "identity") return { policy, statement: { Effect: "Allow", ...what(request, policy) } };
  return {
    policy,
    statement: {
      Effect: "Allow",
      Principal: who(request.principal),
      ...what(request, policy),
      ...onBehalfOf(request.principal),
    },
  };
}

function policyToExtend(request: EvaluationRequest, policies: Policies | undefined): PolicyKind {
  const byPrincipal = request.principal.kind === "role" && isHome(request);
  const decidedByResource = usesKey(request) || assumesRole(request);
  if (byPrincipal && (!decidedByResource || (policies && delegates(request, policies)))) return "identity";
  return assumesRole(request) ? "trust" : "resource";
}

/** Whether the resource's policy leaves the request to identity policies, so that one which allows it would suffice. */
function delegates(request: EvaluationRequest, policies: Policies): boolean {
  const document = { Version: "2012-10-17", Statement: { Effect: "Allow", ...what(request, "identity") } };
  const enough = { name: "enough", policy: parsePolicy(document, "identity") };
  return evaluate(request, { ...policies, identity: [enough] }).effect === "allow";
}

function what({ action, resource }: EvaluationRequest, policy: PolicyKind): Readonly<Record<string, string>> {
  if (policy === "trust") return { Action: action };
  // A key's policy is about that key alone, and AWS writes it so.
  const isKeyPolicy = policy === "resource" && resource.split(":")[2] === "kms";
  return { Action: action, Resource: isKeyPolicy ? "*" : literal(resource) };
}

/** Writes what would be a wildcard or a variable as the character that it is. */
function literal(resource: string): string {
  return resource === "*" ? resource : resource.replace(/[*?$]/g, (character) => `\${${character}}`);
}

function who(principal: Principal): Readonly<Record<string, string>> {
  if (principal.kind === "service") return { Service: principal.service };
  return { AWS: principal.kind === "role" ? principal.roleArn : principal.arn };
}

/** A service is trusted for one source only; else anyone's resource could make it act. */
function onBehalfOf(principal: Principal): Readonly<Record<string, unknown>> {
  if (principal.kind !== "service") return {};
  return { Condition: { ArnEquals: { "aws:SourceArn": literal(principal.sourceArn) } } };
}
