import { localAccountId, type Account } from "../../local/account";
import { systemClock } from "../../local/clock";
import { startCloud, type Cloud } from "../../local/cloud";
import type { AccessKey } from "../../local/iam/credentials";

export const account: Account = { accountId: localAccountId, region: "eu-west-1", partition: "aws" };

const operator: AccessKey = { accessKeyId: "AKIATESTOPERATOR", secretAccessKey: "no-secret" };

/** An empty local cloud on free ports, with every permission enforced, and clients' ways into it. */
export interface TestCloud extends Cloud {
  /** What it has logged. */
  readonly lines: readonly string[];
  /** Settings of an SDK's client: the operator's, or those of a session in the role. */
  settings(roleArn?: string): {
    endpoint: string;
    region: string;
    credentials: AccessKey;
    maxAttempts: number;
  };
  /** A role that may do what the statements say. @returns its ARN */
  role(name: string, statements: readonly object[]): string;
  /** A key with a policy of these statements. @returns its ARN */
  key(statements: readonly object[]): string;
}

export async function startTestCloud(): Promise<TestCloud> {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const cloud = await startCloud({
    ...{ account, clock: systemClock, log, operator },
    ...{ apiPort: 0, endpointPort: 0 },
  });
  const { access, endpointUrl } = cloud;
  return {
    ...cloud,
    lines,
    settings: (roleArn) => ({
      endpoint: endpointUrl,
      region: account.region,
      credentials: roleArn === undefined ? operator : access.sessionOf(roleArn, "test"),
      maxAttempts: 1,
    }),
    role(name, statements) {
      const trust = {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      };
      const arn = access.roles.createRole({ name, assumeRolePolicy: policy([trust]) });
      access.roles.putRolePolicy(name, "test", policy(statements));
      return arn;
    },
    key(statements) {
      access.resourcePolicies.put(keyArn, policy(statements));
      return keyArn;
    },
  };
}

export const keyArn = `arn:aws:kms:eu-west-1:${localAccountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A key's statement that leaves it to IAM who of the account may use the key. */
export const delegation = {
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${localAccountId}:root` },
  Action: "kms:*",
  Resource: "*",
};

/** A statement of a role's policy. */
export const allow = (action: string | readonly string[], resource: string) => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
});

/** The text of a policy. */
export function policy(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
