import { arnAccount } from "./arn";
import { PolicyError } from "./policyError";
import type { Principal } from "./principal";

/** `Principal`, or with `negated` `NotPrincipal`. */
export interface PrincipalElement {
  readonly negated: boolean;
  readonly everyone: boolean;
  /** ARNs; an account's number stands here as the ARN of its root. */
  readonly aws: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/**
 * How a resource policy names a role session or the root: itself or everyone (`direct`), its role (`role`),
 * or its account (`account`), which only lets the account's own identity policies decide.
 */
export type PrincipalMatch = "direct" | "role" | "account";

const partition = "arn:(?:aws|aws-cn|aws-us-gov)";
const name = "[\\w+=,.@-]+";
const awsForms = [
  /^\d{12}$/,
  new RegExp(`^${partition}:iam::\\d{12}:root$`),
  new RegExp(`^${partition}:iam::\\d{12}:(?:user|role)/(?:${name}/)*${name}$`),
  new RegExp(`^${partition}:sts::\\d{12}:assumed-role/${name}/${name}$`),
  new RegExp(`^${partition}:sts::\\d{12}:federated-user/${name}$`),
];
const serviceForm = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/;

/**
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @throws PolicyError for an unknown type of principal, and for a name with a wildcard: `*` stands only alone
 */
export function parsePrincipal(value: unknown, negated: boolean, place: string): PrincipalElement {
  if (value === "*") return { negated, everyone: true, aws: new Set(), services: new Set() };
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    Object.keys(value).length === 0
  ) {
    throw new PolicyError(place, 'must be "*" or an object of AWS, Service, Federated or CanonicalUser');
  }
  const named = new Map(Object.entries(value).map(([type, ids]) => [type, principalIds(type, ids, place)]));
  const aws = named.get("AWS") ?? [];
  return {
    negated,
    everyone: aws.includes("*"),
    aws: new Set(aws.map((id) => (/^\d{12}$/.test(id) ? `arn:aws:iam::${id}:root` : id))),
    services: new Set(named.get("Service") ?? []),
  };
}

function principalIds(type: string, value: unknown, place: string): readonly string[] {
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  if (ids.length === 0) throw new PolicyError(`${place} ${type}`, "must name at least one principal");
  return ids.map((id) => {
    const here = `${place} ${type} ${JSON.stringify(id)}`;
    if (typeof id !== "string") throw new PolicyError(here, "a principal is named by a string");
    checkId(type, id, here);
    return id;
  });
}

function checkId(type: string, id: string, place: string): void {
  switch (type) {
    case "AWS":
      if (id === "*" || awsForms.some((form) => form.test(id))) return;
      throw new PolicyError(
        place,
        'must be "*", an account, or the whole ARN of a root, user, role or session; a wildcard cannot match part of a name',
      );
    case "Service":
      if (serviceForm.test(id)) return;
      throw new PolicyError(place, "must be a service principal such as s3.amazonaws.com");
    case "Federated":
    case "CanonicalUser":
      if (id !== "" && !id.includes("*")) return;
      throw new PolicyError(place, "must name one principal, without wildcards");
    default:
      throw new PolicyError(place, `${type} is none of AWS, Service, Federated and CanonicalUser`);
  }
}

/** How an `Allow` names the principal. A service is allowed only by its own name, never as one of everyone. */
export function allowedAs(element: PrincipalElement, principal: Principal): PrincipalMatch | undefined {
  if (principal.kind === "service") return element.services.has(principal.service) ? "direct" : undefined;
  if (element.everyone || element.aws.has(principal.arn)) return "direct";
  if (principal.kind === "role" && element.aws.has(principal.roleArn)) return "role";
  return element.aws.has(accountRoot(principal.arn)) ? "account" : undefined;
}

/**
 * Whether a `Deny` covers the principal. To stay outside a `NotPrincipal`, a session must be named with its role and
 * its account, and a principal with a permissions boundary is always inside.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function isDenied(element: PrincipalElement, principal: Principal, bounded: boolean): boolean {
  if (!element.negated) {
    return element.everyone || allowedAs(element, principal) !== undefined;
  }
  if (element.everyone) return false;
  if (principal.kind === "service") return !element.services.has(principal.service);
  const names = [accountRoot(principal.arn), principal.arn];
  if (principal.kind === "role") names.push(principal.roleArn);
  return bounded || !names.every((arn) => element.aws.has(arn));
}

/** The ARN that stands for the account of a principal. */
export function accountRoot(arn: string): string {
  return `${arn.split(":", 2).join(":")}:iam::${arnAccount(arn)}:root`;
}
