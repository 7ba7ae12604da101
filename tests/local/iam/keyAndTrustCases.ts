import {
  account,
  accountRoot,
  allow,
  allowTo,
  deny,
  denyTo,
  roleSession,
  root,
  service,
  strangersAccount,
  worker,
  type DecisionCase,
  type StatementDocument,
} from "./decisionCase";

const key = `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const decrypt = { action: "kms:Decrypt", resource: key };
const delegation = allowTo({ AWS: accountRoot }, "kms:*", "*", { Sid: "Delegate" });
const identity = [allow("kms:Decrypt", key)];

/** Keys: nothing is allowed that the key's policy does not allow or delegate. */
export const keyCases: readonly DecisionCase[] = [
  {
    title: "does not let an identity policy open a key by itself",
    ...decrypt,
    identity,
    expect: "implicit deny",
  },
  {
    title: "lets an identity policy open a key that delegates",
    ...decrypt,
    identity,
    resourcePolicy: [delegation],
    expect: "allow by resource 0 (Delegate), identity 0",
  },
  {
    title: "needs the identity policy where the key only delegates",
    ...decrypt,
    resourcePolicy: [delegation],
    expect: "implicit deny",
  },
  {
    title: "does not let a delegation of other actions do",
    ...decrypt,
    identity,
    resourcePolicy: [allowTo({ AWS: accountRoot }, "kms:Describe*")],
    expect: "implicit deny",
  },
  {
    title: "lets the key's policy allow a role by itself",
    ...decrypt,
    resourcePolicy: [allowTo({ AWS: worker.roleArn }, "kms:Decrypt")],
    expect: "allow by resource 0",
  },
  {
    title: "does not count an identity policy where the key names the role and does not delegate",
    ...decrypt,
    identity,
    resourcePolicy: [allowTo({ AWS: worker.roleArn }, "kms:Decrypt")],
    expect: "allow by resource 0",
  },
  {
    title: "does not let another role's grant help an identity policy",
    ...decrypt,
    identity,
    resourcePolicy: [allowTo({ AWS: roleSession("other", "s").roleArn }, "kms:Decrypt")],
    expect: "implicit deny",
  },
  {
    title: "obeys a deny of the key's policy",
    ...decrypt,
    identity,
    resourcePolicy: [delegation, denyTo({ AWS: worker.roleArn }, "kms:Decrypt")],
    expect: "explicit deny by resource 1",
  },
  {
    title: "obeys a deny of the identity policy where the key allows",
    ...decrypt,
    identity: [deny("kms:*")],
    resourcePolicy: [allowTo({ AWS: worker.roleArn }, "kms:*")],
    expect: "explicit deny by identity 0",
  },
  {
    title: "does not let even the root use a key without the key's policy",
    principal: root,
    ...decrypt,
    expect: "implicit deny",
  },
  {
    title: "lets the root use a key that names the account",
    principal: root,
    ...decrypt,
    resourcePolicy: [delegation],
    expect: "allow by resource 0 (Delegate)",
  },
  {
    title: "needs no key's policy for what concerns no key",
    action: "kms:ListKeys",
    resource: "*",
    identity: [allow("kms:ListKeys")],
    expect: "allow by identity 0",
  },
  {
    title: "needs no key's policy for an alias",
    action: "kms:CreateAlias",
    resource: `arn:aws:kms:eu-west-1:${account}:alias/jobs`,
    identity: [allow("kms:CreateAlias")],
    expect: "allow by identity 0",
  },
  ...(["sqs", "s3"] as const).map((via) => ({
    title: `${via === "sqs" ? "opens" : "does not open"} a key through ${via} that is for use via SQS`,
    ...decrypt,
    context: { "kms:ViaService": `${via}.eu-west-1.amazonaws.com`, "aws:ViaAWSService": "true" },
    resourcePolicy: [
      allowTo({ AWS: worker.roleArn }, "kms:Decrypt", "*", {
        Condition: { StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" } },
      }),
    ],
    expect: via === "sqs" ? "allow by resource 0" : "implicit deny",
  })),
  ...(["jobs", "other"] as const).map((table) => ({
    title: `${table === "jobs" ? "opens" : "does not open"} a key for the encryption context of table ${table}`,
    ...decrypt,
    context: { "kms:EncryptionContext:aws:dynamodb:tableName": table },
    identity: [
      allow("kms:Decrypt", key, {
        Condition: { StringEquals: { "kms:EncryptionContext:aws:dynamodb:tableName": "jobs" } },
      }),
    ],
    resourcePolicy: [delegation],
    expect: table === "jobs" ? "allow by resource 0 (Delegate), identity 0" : "implicit deny",
  })),
  {
    title: "lets a service use a key that names it",
    principal: service("s3.amazonaws.com", "arn:aws:s3:::jobs"),
    action: "kms:GenerateDataKey",
    resource: key,
    resourcePolicy: [
      delegation,
      allowTo({ Service: "s3.amazonaws.com" }, ["kms:GenerateDataKey*", "kms:Decrypt"], "*", {
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::jobs" } },
      }),
    ],
    expect: "allow by resource 1",
  },
  {
    title: "does not let a service use a key that only delegates",
    principal: service("s3.amazonaws.com", "arn:aws:s3:::jobs"),
    action: "kms:GenerateDataKey",
    resource: key,
    resourcePolicy: [delegation],
    expect: "implicit deny",
  },
];

const partner = `arn:aws:iam::${account}:role/partner`;
const assume = { action: "sts:AssumeRole", resource: partner };
const mayAssume = [allow("sts:AssumeRole", partner)];
const trust = (principal: unknown, more: object = {}): StatementDocument => ({
  Effect: "Allow",
  Principal: principal,
  Action: "sts:AssumeRole",
  ...more,
});

/** Assuming a role: nothing is allowed that the role's trust policy does not allow or delegate. */
export const trustCases: readonly DecisionCase[] = [
  {
    title: "does not let an identity policy assume a role by itself",
    ...assume,
    identity: mayAssume,
    expect: "implicit deny",
  },
  {
    title: "lets a role be assumed by a role that it trusts",
    ...assume,
    trustPolicy: [trust({ AWS: worker.roleArn })],
    expect: "allow by trust 0",
  },
  {
    title: "lets a role be assumed by a session that it trusts",
    ...assume,
    trustPolicy: [trust({ AWS: worker.arn })],
    expect: "allow by trust 0",
  },
  {
    title: "does not let a role be assumed by another",
    ...assume,
    trustPolicy: [trust({ AWS: roleSession("other", "s").roleArn })],
    identity: mayAssume,
    expect: "implicit deny",
  },
  {
    title: "needs an identity policy where the trust is in the account",
    ...assume,
    trustPolicy: [trust({ AWS: account })],
    expect: "implicit deny",
  },
  {
    title: "lets an identity policy decide where the trust is in the account",
    ...assume,
    trustPolicy: [trust({ AWS: account })],
    identity: mayAssume,
    expect: "allow by trust 0, identity 0",
  },
  {
    title: "obeys a deny of the identity policy",
    ...assume,
    trustPolicy: [trust({ AWS: worker.roleArn })],
    identity: [deny("sts:*")],
    expect: "explicit deny by identity 0",
  },
  {
    title: "obeys a deny of the trust policy",
    ...assume,
    trustPolicy: [trust("*"), { ...trust({ AWS: worker.roleArn }), Effect: "Deny" }],
    expect: "explicit deny by trust 1",
  },
  {
    title: "asks for the external id",
    ...assume,
    context: { "sts:ExternalId": "42" },
    trustPolicy: [
      trust({ AWS: worker.roleArn }, { Condition: { StringEquals: { "sts:ExternalId": "42" } } }),
    ],
    expect: "allow by trust 0",
  },
  {
    title: "refuses without the external id",
    ...assume,
    trustPolicy: [
      trust({ AWS: worker.roleArn }, { Condition: { StringEquals: { "sts:ExternalId": "42" } } }),
    ],
    expect: "implicit deny",
  },
  {
    title: "does not let tags be passed where only assuming is trusted",
    action: "sts:TagSession",
    resource: partner,
    identity: [allow("sts:*")],
    trustPolicy: [trust({ AWS: worker.roleArn })],
    expect: "implicit deny",
  },
  {
    title: "never lets the root assume a role",
    principal: root,
    ...assume,
    trustPolicy: [trust({ AWS: account })],
    expect: "implicit deny",
  },
  {
    title: "lets a service assume the role that trusts it",
    principal: service("lambda.amazonaws.com", `arn:aws:lambda:eu-west-1:${account}:function:submitJob`),
    ...assume,
    trustPolicy: [trust({ Service: "lambda.amazonaws.com" })],
    expect: "allow by trust 0",
  },
  {
    title: "does not let another service assume it",
    principal: service("events.amazonaws.com", `arn:aws:events:eu-west-1:${account}:rule/r`),
    ...assume,
    trustPolicy: [trust({ Service: "lambda.amazonaws.com" })],
    expect: "implicit deny",
  },
  {
    title: "trusts a role of another account that may assume",
    principal: roleSession("visitor", "s", strangersAccount),
    ...assume,
    identity: mayAssume,
    trustPolicy: [trust({ AWS: strangersAccount })],
    expect: "allow by trust 0, identity 0",
  },
  {
    title: "does not trust a role of another account for its own policy alone",
    principal: roleSession("visitor", "s", strangersAccount),
    ...assume,
    identity: mayAssume,
    trustPolicy: [trust({ AWS: account })],
    expect: "implicit deny",
  },
];
