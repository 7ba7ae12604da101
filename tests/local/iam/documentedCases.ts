import { allow, allowTo, deny, denyTo, roleSession, service, type DecisionCase } from "./decisionCase";

/** Carlos of AWS's example, as a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html */
const carlos = roleSession("carlos", "s");
const carlosIdentity = [
  allow(["s3:GetBucketLocation", "s3:ListAllMyBuckets"], "*", { Sid: "AllowS3ListRead" }),
  allow("s3:*", ["arn:aws:s3:::carlos", "arn:aws:s3:::carlos/*"], { Sid: "AllowS3Self" }),
  deny("s3:*", "arn:aws:s3:::*log*", { Sid: "DenyS3Logs" }),
];
const carlosBucket = [
  allowTo({ AWS: carlos.roleArn }, "s3:*", ["arn:aws:s3:::carlos", "arn:aws:s3:::carlos/*"]),
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
const visitor = roleSession("carlos", "s", "444455556666");
const visitorIdentity = [
  allow("s3:ListAllMyBuckets", "*", { Sid: "AllowS3ListRead" }),
  allow("s3:*Object*", "arn:aws:s3:::Production/*", { Sid: "AllowS3ProductionObjectActions" }),
  deny("s3:*", ["arn:aws:s3:::*log*", "arn:aws:s3:::*log*/*"], { Sid: "DenyS3Logs" }),
];
const productionBucket = [
  allowTo(
    { AWS: visitor.roleArn },
    ["s3:GetObject*", "s3:PutObject*", "s3:ReplicateObject"],
    "arn:aws:s3:::Production/*",
  ),
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html */
const reports = [
  allow(["iam:Get*", "iam:List*"], "*", { Sid: "AllowGetList" }),
  deny("iam:*Report", "*", { Sid: "DenyReports" }),
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html */
const thread = "arn:aws:dynamodb:eu-west-1:111122223333:table/Thread";
const attributes = "dynamodb:Attributes";
const someAttributes = [
  allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/Thread", {
    Condition: { "ForAllValues:StringEquals": { [attributes]: ["ID", "Message", "Tags"] } },
  }),
];
const protectedAttributes = [
  allow("dynamodb:*", thread),
  deny("dynamodb:PutItem", thread, {
    Condition: { "ForAnyValue:StringEquals": { [attributes]: ["ID", "PostDateTime"] } },
  }),
];
const departments = [
  allow("s3:*", "*", {
    Condition: {
      StringEqualsIgnoreCase: {
        "aws:PrincipalTag/department": ["finance", "hr", "legal"],
        "aws:PrincipalTag/role": ["audit", "security"],
      },
      StringEquals: { "aws:PrincipalAccount": "111122223333" },
    },
  }),
];
const readX = { action: "s3:GetObject", resource: "arn:aws:s3:::jobs/x" };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html */
const mfa = [
  allow("*"),
  {
    Effect: "Deny",
    NotAction: "iam:*",
    Resource: "*",
    Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
  },
];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html */
const payroll = [
  allow("s3:*"),
  {
    Effect: "Deny",
    Action: "s3:*",
    NotResource: ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"],
  },
];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
const testFolders = [allow("s3:*", "arn:aws:s3:::demo/*/test/*")];
const testObject = (key: string, expect: string): DecisionCase => ({
  title: `wildcards in ARNs: ${key} ${expect === "implicit deny" ? "is outside" : "is inside"} */test/*`,
  action: "s3:GetObject",
  resource: `arn:aws:s3:::demo/${key}`,
  identity: testFolders,
  expect,
});
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const instanceTypes = (operator: string) => [
  allow("ec2:RunInstances", "*", {
    Condition: { [operator]: { "ec2:InstanceType": ["t1.*", "t2.*", "m3.*"] } },
  }),
];
const pictures = { action: "ec2:RunInstances", resource: "arn:aws:ec2:eu-west-1::image/ami-1" };
const tokenless = [allow("ec2:*", "*", { Condition: { Null: { "aws:TokenIssueTime": "true" } } })];
const strayStore = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
const finance = (operator: string) => [
  allow("s3:*", "*", {
    Condition: { [operator]: { "t:source": "arn:aws:someservice:*:111122223333:finance/*" } },
  }),
];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const onlyOne = [
  denyTo("*", "s3:*", "arn:aws:s3:::jobs/*", {
    Condition: { ArnNotEquals: { "aws:PrincipalArn": carlos.roleArn } },
  }),
];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
const notDeputy = [
  allowTo({ Service: "sns.amazonaws.com" }, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q", {
    Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:topic" } },
  }),
];
const toQueue = { action: "sqs:SendMessage", resource: "arn:aws:sqs:eu-west-1:111122223333:q" };

/** Examples that AWS's user guide decides, with policies in words of our own. */
export const documentedCases: readonly DecisionCase[] = [
  {
    title: "Carlos saves to a bucket of logs",
    principal: carlos,
    action: "s3:PutObject",
    resource: "arn:aws:s3:::carlos-logs/x",
    identity: carlosIdentity,
    expect: "explicit deny by identity 2 (DenyS3Logs)",
  },
  {
    title: "Carlos saves to his own bucket",
    principal: carlos,
    action: "s3:PutObject",
    resource: "arn:aws:s3:::carlos/x",
    identity: carlosIdentity,
    resourcePolicy: carlosBucket,
    expect: "allow by resource 0, identity 1 (AllowS3Self)",
  },
  {
    title: "Carlos saves to his own bucket by its policy alone",
    principal: carlos,
    action: "s3:PutObject",
    resource: "arn:aws:s3:::carlos/x",
    resourcePolicy: carlosBucket,
    expect: "allow by resource 0",
  },
  {
    title: "Carlos lists buckets",
    principal: carlos,
    action: "s3:ListAllMyBuckets",
    resource: "*",
    identity: carlosIdentity,
    expect: "allow by identity 0 (AllowS3ListRead)",
  },
  {
    title: "Carlos saves across accounts to Production-logs",
    principal: visitor,
    action: "s3:PutObject",
    resource: "arn:aws:s3:::Production-logs/x",
    identity: visitorIdentity,
    expect: "explicit deny by identity 2 (DenyS3Logs)",
  },
  {
    title: "Carlos saves across accounts to Production",
    principal: visitor,
    action: "s3:PutObject",
    resource: "arn:aws:s3:::Production/x",
    identity: visitorIdentity,
    resourcePolicy: productionBucket,
    expect: "allow by resource 0, identity 1 (AllowS3ProductionObjectActions)",
  },
  {
    title: "Carlos deletes across accounts, which only his own policy allows",
    principal: visitor,
    action: "s3:DeleteObject",
    resource: "arn:aws:s3:::Production/x",
    identity: visitorIdentity,
    resourcePolicy: productionBucket,
    expect: "implicit deny",
  },
  {
    title: "reports: a list is allowed",
    action: "iam:ListRoles",
    resource: "*",
    identity: reports,
    expect: "allow by identity 0 (AllowGetList)",
  },
  {
    title: "reports: a creation is denied implicitly",
    action: "iam:CreatePolicy",
    resource: "*",
    identity: reports,
    expect: "implicit deny",
  },
  {
    title: "reports: a report is denied explicitly",
    action: "iam:GetOrganizationsAccessReport",
    resource: "*",
    identity: reports,
    expect: "explicit deny by identity 1 (DenyReports)",
  },
  {
    title: "reports: another allow does not help",
    action: "iam:GenerateCredentialReport",
    resource: "*",
    identity: [...reports, allow("iam:GenerateCredentialReport")],
    expect: "explicit deny by identity 1 (DenyReports)",
  },
  {
    title: "attributes: all asked for are listed",
    action: "dynamodb:GetItem",
    resource: thread,
    context: { [attributes]: ["Message", "Tags"] },
    identity: someAttributes,
    expect: "allow by identity 0",
  },
  {
    title: "attributes: one asked for is not listed",
    action: "dynamodb:GetItem",
    resource: thread,
    context: { [attributes]: ["Message", "UserName"] },
    identity: someAttributes,
    expect: "implicit deny",
  },
  {
    title: "attributes: a protected one among others",
    action: "dynamodb:PutItem",
    resource: thread,
    context: { [attributes]: ["PostDateTime", "Message"] },
    identity: protectedAttributes,
    expect: "explicit deny by identity 1",
  },
  {
    title: "attributes: no protected one",
    action: "dynamodb:PutItem",
    resource: thread,
    context: { [attributes]: ["UserName"] },
    identity: protectedAttributes,
    expect: "allow by identity 0",
  },
  {
    title: "departments: both tags fit, whatever their case",
    ...readX,
    context: { "aws:PrincipalTag/department": "HR", "aws:PrincipalTag/role": "audit" },
    identity: departments,
    expect: "allow by identity 0",
  },
  {
    title: "departments: one tag is missing",
    ...readX,
    context: { "aws:PrincipalTag/department": "hr" },
    identity: departments,
    expect: "implicit deny",
  },
  {
    title: "MFA: a session without it",
    ...readX,
    context: { "aws:MultiFactorAuthPresent": "false" },
    identity: mfa,
    expect: "explicit deny by identity 1",
  },
  { title: "MFA: keys that cannot have it", ...readX, identity: mfa, expect: "explicit deny by identity 1" },
  {
    title: "MFA: a session with it",
    ...readX,
    context: { "aws:MultiFactorAuthPresent": "true" },
    identity: mfa,
    expect: "allow by identity 0",
  },
  {
    title: "MFA: IAM without it",
    action: "iam:ListMFADevices",
    resource: "*",
    identity: mfa,
    expect: "allow by identity 0",
  },
  {
    title: "payroll: the folder",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::HRBucket/Payroll/may",
    identity: payroll,
    expect: "allow by identity 0",
  },
  {
    title: "payroll: another folder",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::HRBucket/Letters/may",
    identity: payroll,
    expect: "explicit deny by identity 1",
  },
  testObject("1/test/object.jpg", "allow by identity 0"),
  testObject("1/2/test/3/object.jpg", "allow by identity 0"),
  testObject("1///test///object.jpg", "allow by identity 0"),
  testObject("/test/object.jpg", "allow by identity 0"),
  testObject("1/test/", "allow by identity 0"),
  testObject("1-test/object.jpg", "implicit deny"),
  testObject("test/object.jpg", "implicit deny"),
  testObject("1/2/test.jpg", "implicit deny"),
  {
    title: "instance types: an image has no type",
    ...pictures,
    identity: instanceTypes("StringLike"),
    expect: "implicit deny",
  },
  {
    title: "instance types: IfExists lets an image pass",
    ...pictures,
    identity: instanceTypes("StringLikeIfExists"),
    expect: "allow by identity 0",
  },
  {
    title: "instance types: IfExists refuses another type",
    ...pictures,
    context: { "ec2:InstanceType": "m5.large" },
    identity: instanceTypes("StringLikeIfExists"),
    expect: "implicit deny",
  },
  {
    title: "temporary credentials: Null refuses them",
    action: "ec2:RunInstances",
    resource: "*",
    context: { "aws:TokenIssueTime": "2024-01-01T00:00:00Z" },
    identity: tokenless,
    expect: "implicit deny",
  },
  {
    title: "temporary credentials: Null admits others",
    action: "ec2:RunInstances",
    resource: "*",
    identity: tokenless,
    expect: "allow by identity 0",
  },
  {
    title: "ARN operators: StringLike reaches over colons",
    ...readX,
    context: { "t:source": strayStore },
    identity: finance("StringLike"),
    expect: "allow by identity 0",
  },
  {
    title: "ARN operators: ArnLike does not",
    ...readX,
    context: { "t:source": strayStore },
    identity: finance("ArnLike"),
    expect: "implicit deny",
  },
  {
    title: "all but one principal: the one",
    principal: carlos,
    ...readX,
    identity: [allow("s3:*")],
    resourcePolicy: onlyOne,
    expect: "allow by identity 0",
  },
  {
    title: "all but one principal: another",
    ...readX,
    identity: [allow("s3:*")],
    resourcePolicy: onlyOne,
    expect: "explicit deny by resource 0",
  },
  {
    title: "confused deputy: the topic",
    principal: service("sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:topic"),
    ...toQueue,
    resourcePolicy: notDeputy,
    expect: "allow by resource 0",
  },
  {
    title: "confused deputy: another's topic",
    principal: service("sns.amazonaws.com", "arn:aws:sns:eu-west-1:444455556666:topic"),
    ...toQueue,
    resourcePolicy: notDeputy,
    expect: "implicit deny",
  },
];
