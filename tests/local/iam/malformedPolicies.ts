import type { PolicyKind } from "../../../local/iam/policy";

/** A document that AWS would refuse, and the error's whole text. */
export interface MalformedPolicy {
  readonly title: string;
  /** @default identity */
  readonly kind?: PolicyKind;
  readonly document: string | object;
  readonly error: string;
}

const good = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::jobs/*" };

function policy(...statements: readonly unknown[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

/** The good statement with changes; undefined takes an element away. */
function but(changes: object): object {
  return policy(JSON.parse(JSON.stringify({ ...good, ...changes })));
}

const when = (condition: unknown) => but({ Condition: condition });
const named = (principal: unknown) => but({ Principal: principal });
const trust = (changes: object) => {
  const statement = { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" };
  return policy(JSON.parse(JSON.stringify({ ...statement, ...changes })));
};
const awsRule =
  'must be "*", an account, or the whole ARN of a root, user, role or session; a wildcard cannot match part of a name';
const actionRule = 'must be "*" or a service prefix, one colon and a name, such as s3:GetObject';
const arnRule = "an ARN has six parts: arn:partition:service:region:account:resource";
const dateRule = "must be an ISO 8601 date or seconds since 1970, without variables";
const numberRule = "must be a number; policy variables are not possible here";
const ipRule = "must be an IP address or a CIDR range such as 203.0.113.0/24";

export const malformedPolicies: readonly MalformedPolicy[] = [
  { title: "a list", document: "[]", error: "policy: must be a JSON object" },
  { title: "a text", document: '"Allow"', error: "policy: must be a JSON object" },
  {
    title: "an element twice in one object",
    document: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Effect":"Deny"}}',
    error: "element Effect: must not stand twice in one object",
  },
  {
    title: "an element twice, behind an object",
    document: '{"Version":"2012-10-17","Statement":{"Effect":"Allow"},"Version":"2012-10-17"}',
    error: "element Version: must not stand twice in one object",
  },
  {
    title: "an element twice, once with an escaped letter",
    document: '{"Statement":[],"\\u0053tatement":[]}',
    error: "element Statement: must not stand twice in one object",
  },
  {
    title: "a character beyond U+00FF",
    document: but({ Resource: "arn:aws:s3:::€" }),
    error: "policy: may have only characters up to U+00FF, and no control characters",
  },
  {
    title: "an unknown element of the policy",
    document: { ...but({}), Statements: [] },
    error: "policy element Statements: a policy has only Version, Id and Statement",
  },
  {
    title: "an Id in an identity policy",
    document: { ...but({}), Id: "mine" },
    error: "policy element Id: an identity policy must not have one",
  },
  {
    title: "an unknown version",
    document: { ...but({}), Version: "2020-01-01" },
    error: 'Version "2020-01-01": must be 2012-10-17 or 2008-10-17',
  },
  {
    title: "no Statement",
    document: { Version: "2012-10-17" },
    error: "policy: must have at least one statement",
  },
  { title: "no statements", document: policy(), error: "policy: must have at least one statement" },
  {
    title: "a statement that is no object",
    document: policy("Allow"),
    error: "statement 0: must be an object",
  },
  {
    title: "an unknown element of a statement",
    document: policy(good, { ...good, Sid: "Second", Resources: "*" }),
    error: "statement 1 (Sid Second), Resources: is no element of a statement",
  },
  {
    title: "an element in lower case",
    document: but({ condition: {} }),
    error: "statement 0, condition: is no element of a statement",
  },
  {
    title: "a Sid with a space",
    document: but({ Sid: "My read" }),
    error: 'statement 0, Sid "My read": may have only letters and digits',
  },
  {
    title: "a Sid that is a number",
    document: but({ Sid: 1 }),
    error: "statement 0, Sid 1: must be a string",
  },
  {
    title: "a Sid twice",
    document: policy({ ...good, Sid: "Read" }, { ...good, Sid: "Read" }),
    error: 'statement 1, Sid "Read": must be unique in the policy',
  },
  {
    title: "no Effect",
    document: but({ Effect: undefined }),
    error: "statement 0, Effect undefined: must be Allow or Deny",
  },
  {
    title: "an Effect in lower case",
    document: but({ Effect: "allow" }),
    error: 'statement 0, Effect "allow": must be Allow or Deny',
  },
  {
    title: "no Action",
    document: but({ Action: undefined }),
    error: "statement 0, Action: a statement must have Action or NotAction",
  },
  {
    title: "an empty Action",
    document: but({ Action: [] }),
    error: "statement 0, Action: must have at least one value",
  },
  {
    title: "Action beside NotAction",
    document: but({ NotAction: "s3:PutObject" }),
    error: "statement 0, Action: cannot stand beside NotAction",
  },
  {
    title: "an action that is no text",
    document: but({ Action: [7] }),
    error: "statement 0, Action 7: must be a string",
  },
  {
    title: "an action without a prefix",
    document: but({ Action: "GetObject" }),
    error: `statement 0, Action "GetObject": ${actionRule}`,
  },
  {
    title: "an action with two colons",
    document: but({ Action: "s3:Get:Object" }),
    error: `statement 0, Action "s3:Get:Object": ${actionRule}`,
  },
  {
    title: "an action with a wildcard in its prefix",
    document: but({ Action: "s*:GetObject" }),
    error: `statement 0, Action "s*:GetObject": ${actionRule}`,
  },
  {
    title: "an action with a variable",
    document: but({ Action: "s3:${aws:username}" }),
    error: `statement 0, Action "s3:\${aws:username}": ${actionRule}`,
  },
  {
    title: "no Resource",
    document: but({ Resource: undefined }),
    error: "statement 0, Resource: a statement must have Resource or NotResource",
  },
  {
    title: "an empty Resource",
    document: but({ Resource: [] }),
    error: "statement 0, Resource: must have at least one value",
  },
  {
    title: "Resource beside NotResource",
    document: but({ NotResource: "*" }),
    error: "statement 0, Resource: cannot stand beside NotResource",
  },
  {
    title: "a resource that is a name",
    document: but({ Resource: ["*", "jobs"] }),
    error: 'statement 0, Resource "jobs": a resource must be in ARN format or "*"',
  },
  {
    title: "an ARN of five parts",
    document: but({ Resource: "arn:aws:s3::jobs" }),
    error: `statement 0, Resource "arn:aws:s3::jobs": ${arnRule}`,
  },
  {
    title: "an ARN with a wildcard for its service",
    document: but({ Resource: "arn:aws:*:::jobs" }),
    error:
      'statement 0, Resource "arn:aws:*:::jobs": the service of an ARN must be written out, without wildcards',
  },
  {
    title: "an ARN of an unknown partition",
    document: but({ Resource: "arn:mars:s3:::jobs" }),
    error: 'statement 0, Resource "arn:mars:s3:::jobs": mars is not a partition of AWS',
  },
  {
    title: "a variable for the account of an ARN",
    document: but({ Resource: "arn:aws:sqs:*:${aws:PrincipalAccount}:q" }),
    error:
      'statement 0, Resource "arn:aws:sqs:*:${aws:PrincipalAccount}:q": a policy variable may stand only in the resource, behind the fifth colon',
  },
  {
    title: "a variable that is not closed",
    document: but({ Resource: "arn:aws:s3:::${aws:username" }),
    error: 'statement 0, Resource "arn:aws:s3:::${aws:username": a policy variable needs its closing brace',
  },
  ...["", "username", "aws:user name", "aws:username,'x'", "aws:username, x"].map((variable) => ({
    title: `the variable \${${variable}}`,
    document: but({ Resource: `arn:aws:s3:::\${${variable}}` }),
    error: `statement 0, Resource "arn:aws:s3:::\${${variable}}": \${${variable}} must be a condition key, or a key and 'its default'`,
  })),
  {
    title: "a Condition that is a list",
    document: when([]),
    error: "statement 0, Condition: must be an object of operators",
  },
  {
    title: "an operator without keys",
    document: when({ StringEquals: "aws:username" }),
    error: "statement 0, Condition StringEquals: must be an object of condition keys",
  },
  ...[
    "StringEqual",
    "stringEquals",
    "BinaryEquals",
    "StringEqualsIfexists",
    "ForAnyValues:StringEquals",
    "ForAllValues:",
    "ForAnyValue:Null",
    "NullIfExists",
    "IfExists",
    "StringEqualsIfExistsIfExists",
    "constructor",
  ].map((operator) => ({
    title: `the operator ${operator}`,
    document: when({ [operator]: { "aws:username": "true" } }),
    error: `statement 0, Condition ${operator}: ${operator} is not a known condition operator`,
  })),
  {
    title: "a condition key without a prefix",
    document: when({ StringEquals: { username: "bob" } }),
    error:
      "statement 0, Condition StringEquals username: a condition key has a service prefix, such as aws:SourceArn",
  },
  {
    title: "a condition value that is an object",
    document: when({ StringEquals: { "aws:username": { a: 1 } } }),
    error:
      "statement 0, Condition StringEquals aws:username: a condition value is a string, a number, true or false",
  },
  {
    title: "a condition value that is null",
    document: when({ StringEquals: { "aws:username": null } }),
    error:
      "statement 0, Condition StringEquals aws:username: a condition value is a string, a number, true or false",
  },
  ...(
    [
      ["NumericEquals", "ten", numberRule],
      ["NumericLessThan", "${aws:username}", numberRule],
      ["DateLessThan", "tomorrow", dateRule],
      ["DateLessThan", "2024-07-01T10:00:00", dateRule],
      ["DateGreaterThan", "2024-13-01", dateRule],
      ["Bool", "yes", "must be true or false"],
      ["IpAddress", "localhost", ipRule],
      ["IpAddress", "10.0.0.0/33", ipRule],
      ["NotIpAddress", "10.0.0.0/8/8", ipRule],
      ["ArnLike", "jobs", "must be an ARN of six parts; each part may have wildcards of its own"],
      ["ArnEquals", "arn:aws:s3", "must be an ARN of six parts; each part may have wildcards of its own"],
      ["StringLike", "${aws:username", "a policy variable needs its closing brace"],
    ] as const
  ).map(([operator, value, rule]) => ({
    title: `${operator} with the value ${value}`,
    document: when({ [operator]: { "aws:key": value } }),
    error: `statement 0, Condition ${operator} aws:key "${value}": ${rule}`,
  })),
  {
    title: "Null with another value than true and false",
    document: when({ Null: { "aws:username": "yes" } }),
    error: "statement 0, Condition Null aws:username: Null takes true or false",
  },
  {
    title: "a Principal in an identity policy",
    document: named("*"),
    error: "statement 0, Principal: an identity policy must not name a principal",
  },
  {
    title: "a NotPrincipal in an identity policy",
    document: but({ NotPrincipal: "*" }),
    error: "statement 0, NotPrincipal: an identity policy must not name a principal",
  },
  {
    title: "no Principal in a resource's policy",
    kind: "resource",
    document: but({}),
    error: "statement 0, Principal: a resource policy must name one",
  },
  {
    title: "no Resource in a resource's policy",
    kind: "resource",
    document: but({ Principal: "*", Resource: undefined }),
    error: "statement 0, Resource: a statement must have Resource or NotResource",
  },
  {
    title: "Principal beside NotPrincipal",
    kind: "resource",
    document: but({ Effect: "Deny", Principal: "*", NotPrincipal: "*" }),
    error: "statement 0, Principal: cannot stand beside NotPrincipal",
  },
  {
    title: "NotPrincipal with Allow",
    kind: "resource",
    document: but({ NotPrincipal: { AWS: "111122223333" } }),
    error: "statement 0, NotPrincipal: must be used with Effect Deny",
  },
  ...[{}, [], "111122223333", 7].map((principal) => ({
    title: `the principal ${JSON.stringify(principal)}`,
    kind: "resource" as const,
    document: named(principal),
    error: 'statement 0, Principal: must be "*" or an object of AWS, Service, Federated or CanonicalUser',
  })),
  ...[
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:sts::111122223333:assumed-role/worker/*",
    "arn:aws:iam::*:root",
    "arn:aws:iam::1111:root",
    "arn:aws:sts::111122223333:assumed-role/worker",
    "arn:aws:s3:::jobs",
    "1111",
    "worker",
  ].map((id) => ({
    title: `the principal AWS ${id}`,
    kind: "resource" as const,
    document: named({ AWS: id }),
    error: `statement 0, Principal AWS "${id}": ${awsRule}`,
  })),
  {
    title: "an empty list of principals",
    kind: "resource",
    document: named({ AWS: [] }),
    error: "statement 0, Principal AWS: must name at least one principal",
  },
  {
    title: "a principal that is no text",
    kind: "resource",
    document: named({ AWS: [111122223333] }),
    error: "statement 0, Principal AWS 111122223333: a principal is named by a string",
  },
  ...["*", "s3", "s3.example.com", "*.amazonaws.com"].map((id) => ({
    title: `the principal Service ${id}`,
    kind: "resource" as const,
    document: named({ Service: id }),
    error: `statement 0, Principal Service "${id}": must be a service principal such as s3.amazonaws.com`,
  })),
  {
    title: "a federated principal with a wildcard",
    kind: "resource",
    document: named({ Federated: "*" }),
    error: 'statement 0, Principal Federated "*": must name one principal, without wildcards',
  },
  {
    title: "an unknown type of principal",
    kind: "resource",
    document: named({ Role: "worker" }),
    error: 'statement 0, Principal Role "worker": Role is none of AWS, Service, Federated and CanonicalUser',
  },
  {
    title: "no Principal in a trust policy",
    kind: "trust",
    document: trust({ Principal: undefined }),
    error: "statement 0, Principal: a trust policy must name one",
  },
  {
    title: "a NotPrincipal in a trust policy",
    kind: "trust",
    document: trust({ Effect: "Deny", Principal: undefined, NotPrincipal: "*" }),
    error: "statement 0, NotPrincipal: a trust policy must not have it",
  },
  {
    title: "a Resource in a trust policy",
    kind: "trust",
    document: trust({ Resource: "*" }),
    error: "statement 0, Resource: a trust policy must not name a resource",
  },
  {
    title: "another service's action in a trust policy",
    kind: "trust",
    document: trust({ Action: ["sts:AssumeRole", "s3:GetObject"] }),
    error: 'statement 0, Action "s3:GetObject": a trust policy names only actions of sts',
  },
  {
    title: "every action in a trust policy",
    kind: "trust",
    document: trust({ Action: "*" }),
    error: 'statement 0, Action "*": a trust policy names only actions of sts',
  },
  {
    title: "a NotAction in a trust policy",
    kind: "trust",
    document: trust({ Action: undefined, NotAction: "sts:TagSession" }),
    error: "statement 0, NotAction: a trust policy names only actions of sts",
  },
];
