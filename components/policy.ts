import * as pulumi from "@pulumi/pulumi";

/** A permission, named for what it is for: exact actions on exact ARNs. */
export interface PolicyStatement {
  /** Letters and digits; names the intent, for example `ReadJobs`. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: PolicyConditions;
}

type PolicyConditions = Readonly<Record<string, Readonly<Record<string, pulumi.Input<string | string[]>>>>>;

/** A statement of a resource's own policy, which names who is allowed. */
export interface ResourcePolicyStatement extends PolicyStatement {
  readonly effect?: "Allow" | "Deny";
  readonly principal:
    "*" | { readonly Service: pulumi.Input<string> } | { readonly AWS: pulumi.Input<string> };
}

/** The JSON of an identity policy. */
export function identityPolicy(statements: readonly PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements.map(renderStatement) });
}

/** The JSON of a resource's policy. */
export function resourcePolicy(statements: readonly ResourcePolicyStatement[]): pulumi.Output<string> {
  const rendered = statements.map((statement) => {
    const { Sid, Effect, ...rest } = renderStatement(statement);
    return { Sid, Effect: statement.effect ?? Effect, Principal: statement.principal, ...rest };
  });
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: rendered });
}

/** A statement that denies everyone what is not sent over TLS. */
export function denyPlainText(
  actions: readonly string[],
  resources: readonly pulumi.Input<string>[],
): ResourcePolicyStatement {
  const conditions = { Bool: { "aws:SecureTransport": "false" } };
  return { sid: "TlsOnly", effect: "Deny", principal: "*", actions, resources, conditions };
}

/** The JSON of a trust policy: a service may assume the role, for resources of this account where it says for which. */
export function serviceTrustPolicy(service: string, conditions?: PolicyConditions): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(conditions === undefined ? {} : { Condition: conditions }),
      },
    ],
  });
}

function renderStatement({ sid, actions, resources, conditions }: PolicyStatement) {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}
