import { allow, deny, type DecisionCase, type StatementDocument } from "./decisionCase";

const bucket = "arn:aws:s3:::home";

interface Row {
  readonly title: string;
  readonly statement: StatementDocument;
  readonly key?: string;
  readonly context?: DecisionCase["context"];
  readonly version?: string;
  readonly expect?: string;
}

const like = (operator: string, key: string, value: unknown) =>
  allow("s3:GetObject", "*", { Condition: { [operator]: { [key]: value } } });
const none = "implicit deny";

const rows: readonly Row[] = [
  {
    title: "puts aws:username into a resource",
    statement: allow("s3:*", `${bucket}/\${aws:username}/*`),
    context: { "aws:username": "bob" },
  },
  {
    title: "refuses another user's resource",
    statement: allow("s3:*", `${bucket}/\${aws:username}/*`),
    context: { "aws:username": "eve" },
    expect: none,
  },
  {
    title: "matches nothing where a resource's variable has no value",
    statement: allow("s3:*", `${bucket}/\${aws:username}/*`),
    expect: none,
  },
  {
    title: "still matches the other resources of the list",
    statement: allow("s3:*", [`${bucket}/\${aws:username}/*`, `${bucket}/bob/*`]),
  },
  {
    title: "finds a variable whatever the case of its name",
    statement: allow("s3:*", `${bucket}/\${AWS:UserName}/*`),
    context: { "aws:username": "bob" },
  },
  {
    title: "puts aws:userid into a resource",
    statement: allow("s3:*", `${bucket}/\${aws:userid}`),
    key: "AROAEXAMPLE:session-1",
    context: { "aws:userid": "AROAEXAMPLE:session-1" },
  },
  {
    title: "puts a principal's tag into a resource",
    statement: allow("s3:*", `${bucket}/\${aws:PrincipalTag/team}/*`),
    context: { "aws:PrincipalTag/team": "bob" },
  },
  {
    title: "knows aws:PrincipalArn as the role's ARN, colons and all",
    statement: like("StringEquals", "s3:prefix", "${aws:PrincipalArn}"),
    context: { "s3:prefix": "arn:aws:iam::111122223333:role/worker" },
  },
  {
    title: "does not take aws:PrincipalArn from the caller",
    statement: like("StringEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/admin"),
    context: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/admin" },
    expect: none,
  },
  {
    title: "knows aws:PrincipalAccount",
    statement: allow("s3:*", `${bucket}/\${aws:PrincipalAccount}`),
    key: "111122223333",
  },
  {
    title: "uses the default of a missing variable",
    statement: allow("s3:*", `${bucket}/\${aws:PrincipalTag/team, 'company-wide'}/*`),
    key: "company-wide/x",
  },
  {
    title: "uses the default of a variable with an empty value",
    statement: allow("s3:*", `${bucket}/\${aws:PrincipalTag/team, 'company-wide'}/*`),
    key: "company-wide/x",
    context: { "aws:PrincipalTag/team": "" },
  },
  {
    title: "does not use the default where there is a value",
    statement: allow("s3:*", `${bucket}/\${aws:PrincipalTag/team, 'company-wide'}/*`),
    key: "company-wide/x",
    context: { "aws:PrincipalTag/team": "yellow" },
    expect: none,
  },
  {
    title: "does not use a key with several values as a variable",
    statement: allow("s3:*", `${bucket}/\${aws:TagKeys}/*`),
    context: { "aws:TagKeys": ["bob", "eve"] },
    expect: none,
  },
  {
    title: "does not take an asterisk in a variable's value for a wildcard",
    statement: allow("s3:*", `${bucket}/\${aws:username}/x`),
    context: { "aws:username": "*" },
    expect: none,
  },
  {
    title: "does not take a variable in a variable's value for one",
    statement: allow("s3:*", `${bucket}/\${aws:username}/x`),
    context: { "aws:username": "${s3:prefix}", "s3:prefix": "bob" },
    expect: none,
  },
  { title: "writes an asterisk as ${*}", statement: allow("s3:*", `${bucket}/a\${*}b`), key: "a*b" },
  {
    title: "means no wildcard by ${*}",
    statement: allow("s3:*", `${bucket}/a\${*}b`),
    key: "axb",
    expect: none,
  },
  { title: "writes a question mark as ${?}", statement: allow("s3:*", `${bucket}/a\${?}`), key: "a?" },
  {
    title: "means no wildcard by ${?}",
    statement: allow("s3:*", `${bucket}/a\${?}`),
    key: "ab",
    expect: none,
  },
  {
    title: "writes a dollar sign as ${$}",
    statement: allow("s3:*", `${bucket}/\${$}{aws:username}`),
    key: "${aws:username}",
  },
  {
    title: "knows no variables in documents of 2008-10-17",
    statement: allow("s3:*", `${bucket}/\${aws:username}/*`),
    context: { "aws:username": "bob" },
    version: "2008-10-17",
    expect: none,
  },
  {
    title: "takes a variable literally in documents of 2008-10-17",
    statement: allow("s3:*", `${bucket}/\${aws:username}/*`),
    key: "${aws:username}/x",
    version: "2008-10-17",
  },
  {
    title: "compares a key with a variable",
    statement: like("StringEquals", "s3:ExistingObjectTag/team", "${aws:PrincipalTag/team}"),
    context: { "s3:ExistingObjectTag/team": "red", "aws:PrincipalTag/team": "red" },
  },
  {
    title: "fails a comparison with a variable without a value",
    statement: like("StringEquals", "s3:ExistingObjectTag/team", "${aws:PrincipalTag/team}"),
    context: { "s3:ExistingObjectTag/team": "red" },
    expect: none,
  },
  {
    title: "holds a negated comparison with a variable without a value",
    statement: like("StringNotEquals", "s3:ExistingObjectTag/team", "${aws:PrincipalTag/team}"),
    context: { "s3:ExistingObjectTag/team": "red" },
  },
  {
    title: "puts a variable between wildcards",
    statement: like("StringLike", "s3:prefix", ["", "home/", "home/${aws:username}/*"]),
    context: { "s3:prefix": "home/bob/2024/", "aws:username": "bob" },
  },
  {
    title: "compares an ARN that a variable completes",
    statement: like("ArnLike", "aws:SourceArn", "arn:aws:s3:::${aws:PrincipalTag/bucket}"),
    context: { "aws:SourceArn": "arn:aws:s3:::jobs", "aws:PrincipalTag/bucket": "jobs" },
  },
  {
    title: "compares an ARN that is a variable as a whole",
    statement: like("ArnEquals", "lambda:FunctionArn", "${aws:PrincipalArn}"),
    context: { "lambda:FunctionArn": "arn:aws:iam::111122223333:role/worker" },
  },
  {
    title: "compares a truth value with a variable",
    statement: like("Bool", "aws:SecureTransport", "${aws:PrincipalTag/tls}"),
    context: { "aws:SecureTransport": "true", "aws:PrincipalTag/tls": "true" },
  },
  {
    title: "lets no Allow rest on a NotResource whose variable has no value",
    statement: { Effect: "Allow", Action: "s3:*", NotResource: `${bucket}/\${aws:username}/*` },
    expect: none,
  },
];

export const variableCases: readonly DecisionCase[] = [
  ...rows.map(({ title, statement, key = "bob/x", context, version, expect = "allow by identity 0" }) => ({
    title,
    action: "s3:GetObject",
    resource: `${bucket}/${key}`,
    ...(context ? { context } : {}),
    ...(version ? { version } : {}),
    identity: [statement],
    expect,
  })),
  {
    title: "lets a Deny stand whose NotResource has a variable without a value",
    action: "s3:GetObject",
    resource: `${bucket}/bob/x`,
    identity: [
      allow("*"),
      { ...deny("s3:*"), Resource: undefined, NotResource: `${bucket}/\${aws:username}/*` },
    ],
    expect: "explicit deny by identity 1",
  },
];
