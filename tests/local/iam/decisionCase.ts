import { evaluate, type Decision, type Policies } from "../../../local/iam/evaluate";
import type { PolicyKind, StatementReference } from "../../../local/iam/policy";
import { parsePolicy } from "../../../local/iam/policyDocument";
import type { Principal, RolePrincipal, RootPrincipal, ServicePrincipal } from "../../../local/iam/principal";
import type { EvaluationRequest } from "../../../local/iam/request";

export const account = "111122223333";
export const strangersAccount = "444455556666";
export const accountRoot = `arn:aws:iam::${account}:root`;

export const worker: RolePrincipal = roleSession("worker", "session-1");
export const root: RootPrincipal = { kind: "root", arn: accountRoot };

export function roleSession(name: string, session: string, accountId = account): RolePrincipal {
  return {
    kind: "role",
    roleArn: `arn:aws:iam::${accountId}:role/${name}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`,
  };
}

export function service(name: string, sourceArn: string): ServicePrincipal {
  return { kind: "service", service: name, sourceArn };
}

export type StatementDocument = Readonly<Record<string, unknown>>;

/** A request, the policies that apply to it, and the decision in words. */
export interface DecisionCase {
  readonly title: string;
  /** @default the session of the role `worker` */
  readonly principal?: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly identity?: readonly StatementDocument[];
  readonly resourcePolicy?: readonly StatementDocument[];
  readonly trustPolicy?: readonly StatementDocument[];
  readonly boundary?: readonly StatementDocument[];
  /** Of every document. @default 2012-10-17 */
  readonly version?: string;
  /** `allow by identity 0, resource 1`, `explicit deny by resource 0` or `implicit deny`. */
  readonly expect: string;
}

type Elements = Readonly<Record<string, unknown>>;

export function allow(action: unknown, resource: unknown = "*", more: Elements = {}): StatementDocument {
  return { Effect: "Allow", Action: action, Resource: resource, ...more };
}

export function deny(action: unknown, resource: unknown = "*", more: Elements = {}): StatementDocument {
  return { Effect: "Deny", Action: action, Resource: resource, ...more };
}

/** For a policy of a resource. */
export function allowTo(
  principal: unknown,
  action: unknown,
  resource: unknown = "*",
  more: Elements = {},
): StatementDocument {
  return { ...allow(action, resource, more), Principal: principal };
}

export function denyTo(
  principal: unknown,
  action: unknown,
  resource: unknown = "*",
  more: Elements = {},
): StatementDocument {
  return { ...deny(action, resource, more), Principal: principal };
}

export function requestOf({
  principal = worker,
  action,
  resource,
  context = {},
}: DecisionCase): EvaluationRequest {
  return { principal, action, resource, context, accountId: account };
}

export function policiesOf(given: DecisionCase): Policies {
  const named = (name: string, kind: PolicyKind, statements: readonly StatementDocument[] | undefined) =>
    statements && {
      name,
      policy: parsePolicy({ Version: given.version ?? "2012-10-17", Statement: statements }, kind),
    };
  const identity = named("identity", "identity", given.identity);
  const resource =
    named("resource", "resource", given.resourcePolicy) ?? named("trust", "trust", given.trustPolicy);
  const permissionsBoundary = named("boundary", "identity", given.boundary);
  return {
    identity: identity ? [identity] : [],
    ...(resource ? { resource } : {}),
    ...(permissionsBoundary ? { permissionsBoundary } : {}),
  };
}

export function decide(given: DecisionCase): Decision {
  return evaluate(requestOf(given), policiesOf(given));
}

/** The whole decision, in the words of `expect`. */
export function inWords(decision: Decision): string {
  switch (decision.effect) {
    case "implicitDeny":
      return "implicit deny";
    case "explicitDeny":
      return `explicit deny by ${referenceInWords(decision.by)}`;
    case "allow":
      return decision.by.length === 0 ? "allow" : `allow by ${decision.by.map(referenceInWords).join(", ")}`;
  }
}

function referenceInWords({ policy, statement, sid }: StatementReference): string {
  return sid === undefined ? `${policy} ${statement}` : `${policy} ${statement} (${sid})`;
}
