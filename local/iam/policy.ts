import type { Condition } from "./conditions";
import type { Template } from "./patterns";
import type { PrincipalElement } from "./principalElement";

/** What a policy is attached to: a role's permissions, a resource, or a role's trust. */
export type PolicyKind = "identity" | "resource" | "trust";

/** A policy document that parsePolicy has checked. */
export interface Policy {
  readonly kind: PolicyKind;
  readonly version: "2008-10-17" | "2012-10-17";
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  /** Absent in an identity policy: its principal is who it is attached to. */
  readonly principal?: PrincipalElement;
  /** Lower case, since actions are matched whatever their case. */
  readonly action: Patterns;
  /** Absent in a trust policy: its resource is the role. */
  readonly resource?: Patterns;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** `Action` or `Resource`, or with `negated` their `Not` forms. */
export interface Patterns {
  readonly negated: boolean;
  readonly templates: readonly Template[];
}

export interface NamedPolicy {
  /** Unique among the policies that an evaluation sees, for example an ARN. */
  readonly name: string;
  readonly policy: Policy;
}

/** Names one statement of one policy, to count its use and to explain a decision. */
export interface StatementReference {
  readonly policy: string;
  /** From 0. */
  readonly statement: number;
  readonly sid?: string;
}
