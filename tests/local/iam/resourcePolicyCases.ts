import {
  account,
  accountRoot,
  allow,
  allowTo,
  deny,
  denyTo,
  root,
  roleSession,
  service,
  strangersAccount,
  worker,
  type DecisionCase,
  type StatementDocument,
} from "./decisionCase";

const bucket = "arn:aws:s3:::jobs";
const object = `${bucket}/outbound/42/data.json`;
const get = { action: "s3:GetObject", resource: object };
const stranger = roleSession("visitor", "s", strangersAccount);
const strangersRoot = { kind: "root", arn: `arn:aws:iam::${strangersAccount}:root` } as const;
const toObjects = (principal: unknown) => allowTo(principal, "s3:GetObject", `${bucket}/*`);
const notPrincipal = (...arns: readonly string[]): StatementDocument => ({
  ...deny("s3:*", `${bucket}/*`),
  NotPrincipal: { AWS: arns },
});

/** Whom a resource's policy names. */
export const principalCases: readonly DecisionCase[] = [
  { title: "names everyone", ...get, resourcePolicy: [toObjects("*")], expect: "allow by resource 0" },
  {
    title: "names everyone as AWS *",
    ...get,
    resourcePolicy: [toObjects({ AWS: "*" })],
    expect: "allow by resource 0",
  },
  {
    title: "names the role",
    ...get,
    resourcePolicy: [toObjects({ AWS: worker.roleArn })],
    expect: "allow by resource 0",
  },
  {
    title: "names the session",
    ...get,
    resourcePolicy: [toObjects({ AWS: worker.arn })],
    expect: "allow by resource 0",
  },
  {
    title: "names another session of the role",
    ...get,
    resourcePolicy: [toObjects({ AWS: roleSession("worker", "session-2").arn })],
    expect: "implicit deny",
  },
  {
    title: "names another role",
    ...get,
    resourcePolicy: [toObjects({ AWS: roleSession("other", "session-1").roleArn })],
    expect: "implicit deny",
  },
  {
    title: "names a role in another case",
    ...get,
    resourcePolicy: [toObjects({ AWS: worker.roleArn.replace("worker", "Worker") })],
    expect: "implicit deny",
  },
  {
    title: "names one principal of a list",
    ...get,
    resourcePolicy: [toObjects({ AWS: [roleSession("other", "s").roleArn, worker.roleArn] })],
    expect: "allow by resource 0",
  },
  {
    title: "names the account, which by itself allows nothing",
    ...get,
    resourcePolicy: [toObjects({ AWS: accountRoot })],
    expect: "implicit deny",
  },
  {
    title: "names the account, and an identity policy allows",
    ...get,
    resourcePolicy: [toObjects({ AWS: account })],
    identity: [allow("s3:GetObject", object)],
    expect: "allow by identity 0",
  },
  {
    title: "names a user, who is no role",
    ...get,
    resourcePolicy: [toObjects({ AWS: `arn:aws:iam::${account}:user/worker` })],
    expect: "implicit deny",
  },
  {
    title: "names a service, which is no role",
    ...get,
    resourcePolicy: [toObjects({ Service: "s3.amazonaws.com" })],
    expect: "implicit deny",
  },
  {
    title: "names a federation, which is no role",
    ...get,
    resourcePolicy: [toObjects({ Federated: "accounts.google.com" })],
    expect: "implicit deny",
  },
  {
    title: "denies to everyone",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [denyTo("*", "s3:*", `${bucket}/*`)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies to the role",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [denyTo({ AWS: worker.roleArn }, "s3:*", `${bucket}/*`)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies to the session",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [denyTo({ AWS: worker.arn }, "s3:*", `${bucket}/*`)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies to the account, hence to its roles",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [denyTo({ AWS: accountRoot }, "s3:*", `${bucket}/*`)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies to another role",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [denyTo({ AWS: roleSession("other", "s").roleArn }, "s3:*", `${bucket}/*`)],
    expect: "allow by identity 0",
  },
  {
    title: "denies to all but account, role and session together",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [notPrincipal(accountRoot, worker.roleArn, worker.arn)],
    expect: "allow by identity 0",
  },
  {
    title: "denies by NotPrincipal to a session that it names without its role",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [notPrincipal(accountRoot, worker.arn)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies by NotPrincipal to a role that it names without its account",
    ...get,
    identity: [allow("*")],
    resourcePolicy: [notPrincipal(worker.roleArn, worker.arn)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies by NotPrincipal to everyone with a permissions boundary",
    ...get,
    identity: [allow("*")],
    boundary: [allow("*")],
    resourcePolicy: [notPrincipal(accountRoot, worker.roleArn, worker.arn)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "allows by aws:PrincipalArn, the role's ARN",
    ...get,
    resourcePolicy: [
      allowTo("*", "s3:GetObject", object, {
        Condition: { ArnLike: { "aws:PrincipalArn": worker.roleArn } },
      }),
    ],
    expect: "allow by resource 0",
  },
  {
    title: "does not find the session's ARN in aws:PrincipalArn",
    ...get,
    resourcePolicy: [
      allowTo("*", "s3:GetObject", object, { Condition: { ArnLike: { "aws:PrincipalArn": worker.arn } } }),
    ],
    expect: "implicit deny",
  },
  { title: "lets the root do everything", principal: root, ...get, expect: "allow" },
  {
    title: "denies to the root what it denies to everyone",
    principal: root,
    ...get,
    resourcePolicy: [denyTo("*", "s3:*", object)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "denies to the root by name",
    principal: root,
    ...get,
    resourcePolicy: [denyTo({ AWS: account }, "s3:*", object)],
    expect: "explicit deny by resource 0",
  },
  {
    title: "does not deny to the root what it denies to a role",
    principal: root,
    ...get,
    resourcePolicy: [denyTo({ AWS: worker.roleArn }, "s3:*", object)],
    expect: "allow",
  },
];

/** How policies of resources combine with the others. */
export const combinationCases: readonly DecisionCase[] = [
  {
    title: "unites identity and resource policy: both allow",
    ...get,
    identity: [allow("s3:GetObject", object)],
    resourcePolicy: [toObjects({ AWS: worker.roleArn })],
    expect: "allow by resource 0, identity 0",
  },
  {
    title: "needs the identity policy only",
    ...get,
    identity: [allow("s3:GetObject", object)],
    resourcePolicy: [toObjects({ AWS: roleSession("other", "s").arn })],
    expect: "allow by identity 0",
  },
  {
    title: "lets a deny of the identity policy win over the resource's allow",
    ...get,
    identity: [deny("s3:*", object)],
    resourcePolicy: [toObjects("*")],
    expect: "explicit deny by identity 0",
  },
  {
    title: "matches the resource of a resource's policy",
    ...get,
    resourcePolicy: [allowTo("*", "s3:GetObject", `${bucket}/inbound/*`)],
    expect: "implicit deny",
  },
  {
    title: "lets a boundary limit what is granted to the role",
    ...get,
    boundary: [allow("sqs:*")],
    resourcePolicy: [toObjects({ AWS: worker.roleArn })],
    expect: "implicit deny",
  },
  {
    title: "counts the boundary that admits what is granted to the role",
    ...get,
    boundary: [allow("s3:*")],
    resourcePolicy: [toObjects({ AWS: worker.roleArn })],
    expect: "allow by resource 0, boundary 0",
  },
  {
    title: "does not let a boundary limit what is granted to the session",
    ...get,
    boundary: [allow("sqs:*")],
    resourcePolicy: [toObjects({ AWS: worker.arn })],
    expect: "allow by resource 0",
  },
  {
    title: "does not let a boundary limit what is granted to everyone",
    ...get,
    boundary: [allow("sqs:*")],
    resourcePolicy: [toObjects("*")],
    expect: "allow by resource 0",
  },
  {
    title: "refuses plain HTTP whatever else allows",
    ...get,
    context: { "aws:SecureTransport": "false" },
    identity: [allow("s3:*")],
    resourcePolicy: [
      denyTo("*", "s3:*", [bucket, `${bucket}/*`], {
        Sid: "TlsOnly",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ],
    expect: "explicit deny by resource 0 (TlsOnly)",
  },
  ...(["aws:kms", "AES256", undefined] as const).map((encryption) => ({
    title: `${encryption === "aws:kms" ? "accepts" : "refuses"} an upload encrypted with ${encryption ?? "nothing named"}`,
    action: "s3:PutObject",
    resource: object,
    context: encryption ? { "s3:x-amz-server-side-encryption": encryption } : {},
    identity: [allow("s3:PutObject", `${bucket}/*`)],
    resourcePolicy: [
      denyTo("*", "s3:PutObject", `${bucket}/*`, {
        Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      }),
    ],
    expect: encryption === "aws:kms" ? "allow by identity 0" : "explicit deny by resource 0",
  })),
  {
    title: "needs both sides for a role of another account: both allow",
    principal: stranger,
    ...get,
    identity: [allow("s3:*")],
    resourcePolicy: [toObjects({ AWS: strangersAccount })],
    expect: "allow by resource 0, identity 0",
  },
  {
    title: "needs both sides for a role of another account: only its own policy allows",
    principal: stranger,
    ...get,
    identity: [allow("s3:*")],
    expect: "implicit deny",
  },
  {
    title: "needs both sides for a role of another account: only the resource allows",
    principal: stranger,
    ...get,
    resourcePolicy: [toObjects({ AWS: stranger.roleArn })],
    expect: "implicit deny",
  },
  {
    title: "does not take our account for a stranger's",
    principal: stranger,
    ...get,
    identity: [allow("s3:*")],
    resourcePolicy: [toObjects({ AWS: accountRoot })],
    expect: "implicit deny",
  },
  {
    title: "lets the root of another account do nothing",
    principal: strangersRoot,
    ...get,
    expect: "implicit deny",
  },
  {
    title: "lets the root of another account do what the resource allows to that account",
    principal: strangersRoot,
    ...get,
    resourcePolicy: [toObjects({ AWS: strangersAccount })],
    expect: "allow by resource 0",
  },
];

const queue = `arn:aws:sqs:eu-west-1:${account}:callbacks`;
const s3 = service("s3.amazonaws.com", bucket);
const send = { principal: s3, action: "sqs:SendMessage", resource: queue };
const sendStatement = (more: object = {}) =>
  allowTo({ Service: "s3.amazonaws.com" }, "sqs:SendMessage", queue, { ...more });
const fromSource = (arn: string) => ({ Condition: { ArnEquals: { "aws:SourceArn": arn } } });

/** What AWS's services may do for a resource. */
export const serviceCases: readonly DecisionCase[] = [
  { title: "lets a service do nothing without a policy", ...send, expect: "implicit deny" },
  {
    title: "lets a service do what it is named for",
    ...send,
    resourcePolicy: [sendStatement()],
    expect: "allow by resource 0",
  },
  {
    title: "finds the source's ARN",
    ...send,
    resourcePolicy: [sendStatement(fromSource(bucket))],
    expect: "allow by resource 0",
  },
  {
    title: "refuses another source",
    ...send,
    resourcePolicy: [sendStatement(fromSource("arn:aws:s3:::other"))],
    expect: "implicit deny",
  },
  {
    title: "does not take aws:SourceArn from the context",
    ...send,
    context: { "aws:SourceArn": "arn:aws:s3:::other" },
    resourcePolicy: [sendStatement(fromSource("arn:aws:s3:::other"))],
    expect: "implicit deny",
  },
  {
    title: "knows the account of a bucket as the resource's",
    ...send,
    resourcePolicy: [sendStatement({ Condition: { StringEquals: { "aws:SourceAccount": account } } })],
    expect: "allow by resource 0",
  },
  {
    title: "takes the account of a bucket from the context where it is given",
    ...send,
    context: { "aws:SourceAccount": strangersAccount },
    resourcePolicy: [sendStatement({ Condition: { StringEquals: { "aws:SourceAccount": account } } })],
    expect: "implicit deny",
  },
  {
    title: "knows a source's account from its ARN",
    ...send,
    principal: service("sns.amazonaws.com", `arn:aws:sns:eu-west-1:${strangersAccount}:jobs`),
    resourcePolicy: [
      allowTo({ Service: "sns.amazonaws.com" }, "sqs:SendMessage", queue, {
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      }),
    ],
    expect: "implicit deny",
  },
  {
    title: "refuses another service",
    ...send,
    principal: service("sns.amazonaws.com", bucket),
    resourcePolicy: [sendStatement()],
    expect: "implicit deny",
  },
  {
    title: "finds a service in a list",
    ...send,
    resourcePolicy: [allowTo({ Service: ["sns.amazonaws.com", "s3.amazonaws.com"] }, "sqs:*", queue)],
    expect: "allow by resource 0",
  },
  {
    title: "does not count a service to everyone who is allowed",
    ...send,
    resourcePolicy: [allowTo("*", "sqs:*", queue)],
    expect: "implicit deny",
  },
  {
    title: "does not count a service to the account",
    ...send,
    resourcePolicy: [allowTo({ AWS: account }, "sqs:*", queue)],
    expect: "implicit deny",
  },
  {
    title: "allows a service nothing by identity policies",
    ...send,
    identity: [allow("*")],
    expect: "implicit deny",
  },
  {
    title: "counts a service to everyone who is denied",
    ...send,
    resourcePolicy: [sendStatement(), denyTo("*", "sqs:*", queue)],
    expect: "explicit deny by resource 1",
  },
  {
    title: "lets a TLS-only rule pass a service that uses TLS",
    ...send,
    context: { "aws:SecureTransport": "true" },
    resourcePolicy: [
      denyTo("*", "sqs:*", queue, { Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      sendStatement(fromSource(bucket)),
    ],
    expect: "allow by resource 1",
  },
  {
    title: "spares services by aws:PrincipalIsAWSService",
    ...send,
    resourcePolicy: [
      sendStatement(),
      denyTo("*", "sqs:*", queue, { Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } } }),
    ],
    expect: "allow by resource 0",
  },
  {
    title: "denies to all services but those in NotPrincipal",
    ...send,
    resourcePolicy: [
      sendStatement(),
      { ...deny("sqs:*", queue), NotPrincipal: { Service: "sns.amazonaws.com" } },
    ],
    expect: "explicit deny by resource 1",
  },
  {
    title: "spares the service in NotPrincipal",
    ...send,
    resourcePolicy: [
      sendStatement(),
      { ...deny("sqs:*", queue), NotPrincipal: { Service: "s3.amazonaws.com" } },
    ],
    expect: "allow by resource 0",
  },
  {
    title: "lets API Gateway invoke a function with a Lambda permission for that route",
    principal: service(
      "apigateway.amazonaws.com",
      `arn:aws:execute-api:eu-west-1:${account}:abc123/live/POST/jobs`,
    ),
    action: "lambda:InvokeFunction",
    resource: `arn:aws:lambda:eu-west-1:${account}:function:submitJob`,
    resourcePolicy: [
      allowTo(
        { Service: "apigateway.amazonaws.com" },
        "lambda:InvokeFunction",
        `arn:aws:lambda:eu-west-1:${account}:function:submitJob`,
        {
          Condition: {
            ArnLike: { "AWS:SourceArn": `arn:aws:execute-api:eu-west-1:${account}:abc123/*/POST/jobs` },
          },
        },
      ),
    ],
    expect: "allow by resource 0",
  },
  {
    title: "does not let EventBridge invoke a function for another rule",
    principal: service("events.amazonaws.com", `arn:aws:events:eu-west-1:${account}:rule/other`),
    action: "lambda:InvokeFunction",
    resource: `arn:aws:lambda:eu-west-1:${account}:function:recordExecutions`,
    resourcePolicy: [
      allowTo(
        { Service: "events.amazonaws.com" },
        "lambda:InvokeFunction",
        `arn:aws:lambda:eu-west-1:${account}:function:recordExecutions`,
        {
          Condition: { ArnLike: { "AWS:SourceArn": `arn:aws:events:eu-west-1:${account}:rule/executions` } },
        },
      ),
    ],
    expect: "implicit deny",
  },
];
