import type { Account } from "../account";
import type { Clock } from "../clock";
import type { Authorize } from "../endpoint/authorize";
import type { Log } from "../log";
import { createAuthorizer, type Decided } from "./authorizer";
import { createCredentials, type AccessKey, type Credentials } from "./credentials";
import { KeyUse } from "./keyUse";
import type { RolePrincipal } from "./principal";
import { ResourcePolicies } from "./resourcePolicies";
import { RoleStore } from "./roles";

/** Who there is in the account, and what each may do. */
export interface Access {
  readonly credentials: Credentials;
  readonly roles: RoleStore;
  readonly resourcePolicies: ResourcePolicies;
  readonly keyUse: KeyUse;
  readonly authorize: Authorize;
  /** Takes note of what a resource says of its policy and its key, under the names that SQS and SNS have for them. */
  describe(resourceArn: string, attributes: Readonly<Record<string, string>>): void;
  /** Credentials of a role, as AssumeRole would give them to someone who may assume it. */
  sessionOf(roleArn: string, sessionName: string): AccessKey;
}

export interface AccessOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** The key of the operator, who may do everything. */
  readonly operator: AccessKey;
  /** Hears of every decision. */
  readonly observe?: (decided: Decided) => void;
}

export function createAccess({ account, clock, log, operator, ...options }: AccessOptions): Access {
  const credentials = createCredentials({ clock });
  const roles = new RoleStore(account);
  const resourcePolicies = new ResourcePolicies();
  const keyUse = new KeyUse(account);
  const { observe = () => undefined } = options;
  const policyOf = (resource: string) =>
    roles.has(resource) ? roles.trustPolicyOf(resource) : resourcePolicies.policyOf(resource);
  credentials.register(sessionPrincipal(account, createOperator(roles), "local"), operator);
  return {
    credentials,
    roles,
    resourcePolicies,
    keyUse,
    authorize: createAuthorizer({ account, clock, log, roles, policyOf, keyUse, observe }),
    describe(resourceArn, { Policy, KmsMasterKeyId }) {
      if (Policy) resourcePolicies.put(resourceArn, Policy);
      if (KmsMasterKeyId) keyUse.encrypt(resourceArn, KmsMasterKeyId);
    },
    sessionOf(roleArn, sessionName) {
      const principal = sessionPrincipal(account, roleArn, sessionName);
      return credentials.issue(principal, { sessionToken: true });
    },
  };
}

/** A role and not the account's root, which may not assume roles. */
function createOperator(roles: RoleStore): string {
  const version = "2012-10-17";
  const trusted = { AWS: "*" };
  const arn = roles.createRole({
    name: "operator",
    assumeRolePolicy: {
      Version: version,
      Statement: [{ Effect: "Allow", Principal: trusted, Action: "sts:AssumeRole" }],
    },
  });
  const everything = { Effect: "Allow", Action: "*", Resource: "*" };
  roles.putRolePolicy("operator", "administrator", { Version: version, Statement: [everything] });
  return arn;
}

function sessionPrincipal({ accountId }: Account, roleArn: string, sessionName: string): RolePrincipal {
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return { kind: "role", roleArn, arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}` };
}
