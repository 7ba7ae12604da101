import type { Account } from "../account";
import { AwsError } from "../services/service";
import * as limits from "./iamLimits";
import type { NamedPolicy, Policy } from "./policy";
import { parsePolicy } from "./policyDocument";

interface Role {
  readonly name: string;
  readonly trust: Policy;
  readonly inline: Map<string, InlinePolicy>;
  readonly attached: Set<string>;
  /** What the two before amount to; made when it is asked for, since a role is asked about with each request. */
  identity?: readonly NamedPolicy[] | undefined;
}

interface InlinePolicy {
  readonly policy: Policy;
  readonly document: string | object;
  readonly length: number;
}

export interface RoleDescription {
  readonly name: string;
  /** @default "/" */
  readonly path?: string;
  readonly description?: string;
  readonly assumeRolePolicy: string | object;
}

export interface PolicyDescription {
  readonly name: string;
  /** @default "/" */
  readonly path?: string;
  readonly description?: string;
  readonly document: string | object;
}

/** The roles and customer-managed policies of the account. Refuses what IAM refuses, under IAM's codes. */
export class RoleStore {
  private readonly roles = new Map<string, Role>();
  private readonly arns = new Map<string, string>();
  private readonly policies = new Map<string, Policy>();

  constructor(private readonly account: Account) {}

  /**
   * @returns the role's ARN
   * @throws AwsError EntityAlreadyExists for a name in use, whatever its case; LimitExceeded; ValidationError
   * @throws PolicyError for a bad trust policy
   */
  createRole({ name, path = "/", description = "", assumeRolePolicy }: RoleDescription): string {
    limits.checkText(name, limits.roleName);
    limits.checkText(path, limits.path);
    limits.checkText(description, limits.description);
    if (this.roles.has(key(name))) throw alreadyExists(`Role with name ${name} already exists.`);
    const trust = parsePolicy(assumeRolePolicy, "trust");
    if (limits.countedLength(assumeRolePolicy) > limits.trustPolicy) {
      throw limits.limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${limits.trustPolicy}`);
    }
    const arn = `${this.prefix}:role${path}${name}`;
    this.roles.set(key(name), { name, trust, inline: new Map(), attached: new Set() });
    this.arns.set(arn, key(name));
    return arn;
  }

  /**
   * Adds or replaces an inline policy.
   * @param role the role's name
   * @throws AwsError NoSuchEntity, LimitExceeded, ValidationError; PolicyError for a bad document
   */
  putRolePolicy(role: string, name: string, document: string | object): void {
    const changed = this.roleNamed(role);
    const { inline, name: roleName } = changed;
    limits.checkText(name, limits.policyName);
    const policy = parsePolicy(document, "identity");
    const length = limits.countedLength(document);
    const others = [...inline].filter(([other]) => other !== name).map(([, other]) => other.length);
    if (others.reduce((sum, each) => sum + each, length) > limits.inlinePoliciesPerRole) {
      throw limits.limitExceeded(
        `Maximum policy size of ${limits.inlinePoliciesPerRole} bytes exceeded for role ${roleName}`,
      );
    }
    inline.set(name, { policy, document, length });
    changed.identity = undefined;
  }

  /**
   * Creates a customer-managed policy.
   * @returns its ARN
   * @throws AwsError EntityAlreadyExists, LimitExceeded, ValidationError; PolicyError for a bad document
   */
  createPolicy({ name, path = "/", description = "", document }: PolicyDescription): string {
    limits.checkText(name, limits.policyName);
    limits.checkText(path, limits.path);
    limits.checkText(description, limits.description);
    const policy = parsePolicy(document, "identity");
    if (limits.countedLength(document) > limits.managedPolicy) {
      throw limits.limitExceeded(`Cannot exceed quota for PolicySize: ${limits.managedPolicy}`);
    }
    const arn = `${this.prefix}:policy${path}${name}`;
    const suffix = `/${name}`.toLowerCase();
    if ([...this.policies.keys()].some((other) => other.toLowerCase().endsWith(suffix))) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    this.policies.set(arn, policy);
    return arn;
  }

  /** @throws AwsError NoSuchEntity for an unknown role or policy; LimitExceeded */
  attachRolePolicy(role: string, policyArn: string): void {
    const changed = this.roleNamed(role);
    const { attached } = changed;
    if (!this.policies.has(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    }
    if (!attached.has(policyArn) && attached.size >= limits.attachedPoliciesPerRole) {
      throw limits.limitExceeded(
        `Cannot exceed quota for PoliciesPerRole: ${limits.attachedPoliciesPerRole}`,
      );
    }
    attached.add(policyArn);
    changed.identity = undefined;
  }

  /** Whether there is a role with that ARN. */
  has(roleArn: string): boolean {
    return this.arns.has(roleArn);
  }

  /** Every role's ARN, in the order of their creation. */
  roleArns(): readonly string[] {
    return [...this.arns.keys()];
  }

  /** Inline policies are named `<role>/<policy>`, attached ones by their ARN. @throws AwsError NoSuchEntity */
  identityPoliciesOf(roleArn: string): readonly NamedPolicy[] {
    const role = this.roleWithArn(roleArn);
    return (role.identity ??= this.identityOf(role));
  }

  /** The documents of a role's inline policies as they were put, by the policy's name. @throws AwsError NoSuchEntity */
  inlineDocumentsOf(roleArn: string): ReadonlyMap<string, string | object> {
    const { inline } = this.roleWithArn(roleArn);
    return new Map([...inline].map(([name, { document }]) => [name, document]));
  }

  /** Named `<role>/trust policy`. @throws AwsError NoSuchEntity */
  trustPolicyOf(roleArn: string): NamedPolicy {
    const { name, trust } = this.roleWithArn(roleArn);
    return { name: `${name}/trust policy`, policy: trust };
  }

  private identityOf({ name: roleName, inline, attached }: Role): readonly NamedPolicy[] {
    const own = [...inline].map(([name, { policy }]) => ({ name: `${roleName}/${name}`, policy }));
    const managed = [...attached].flatMap((name) => {
      const policy = this.policies.get(name);
      return policy ? [{ name, policy }] : [];
    });
    return [...own, ...managed];
  }

  private get prefix(): string {
    return `arn:${this.account.partition}:iam::${this.account.accountId}`;
  }

  private roleNamed(name: string): Role {
    const role = this.roles.get(key(name));
    if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  private roleWithArn(arn: string): Role {
    const role = this.roles.get(this.arns.get(arn) ?? "");
    if (!role) throw noSuchEntity(`The role with ARN ${arn} cannot be found.`);
    return role;
  }
}

/** IAM does not tell names apart by case. */
function key(name: string): string {
  return name.toLowerCase();
}

function alreadyExists(message: string): AwsError {
  return new AwsError("EntityAlreadyExists", message, 409);
}

function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, 404);
}
