import { deepEqual } from "node:assert/strict";
import type { Registration } from "../../local/runtime/program";
import { everything, recordProgram } from "../helpers/recordedProgram";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

/** Actions that know no resource on AWS, so that `*` is all that can be said. */
const withoutResource = [
  "batch:DescribeJobs",
  "batch:TerminateJob",
  "dynamodb:ListStreams",
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "tag:GetResources",
  "tag:TagResources",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

describe("The permissions of the program", () => {
  let resources: readonly Registration[] = [];
  before(async () => {
    resources = (await recordProgram({ config: everything })).resources;
  });

  const statements = (): { policy: string; role: string; statement: Statement }[] =>
    resources
      .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ name, inputs }) => {
        const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: Statement[] };
        return Statement.map((statement) => ({ policy: name, role: String(inputs["role"]), statement }));
      });

  it("give every function a role of its own", () => {
    const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
    deepEqual(
      functions.map(({ inputs }) => inputs["role"]),
      functions.map(({ name }) => `arn:${name}-role`),
    );
    deepEqual(functions.length, 21);
  });

  it("attach no managed policy to any role", () => {
    const attachments = resources.filter(({ type }) => /iam\/.*(Attachment|AttachmentsExclusive)/.test(type));
    const managed = resources.filter(
      ({ inputs }) => "managedPolicyArns" in inputs || "inlinePolicies" in inputs,
    );
    deepEqual([attachments, managed], [[], []]);
  });

  it("have no wildcard in any action", () => {
    deepEqual(
      statements().filter(({ statement }) => statement.Action.some((action) => action.includes("*"))),
      [],
    );
  });

  it("name the resources of every action that knows any", () => {
    const open = statements()
      .filter(({ statement }) => statement.Resource.includes("*"))
      .flatMap(({ statement }) => statement.Action)
      .filter((action) => !withoutResource.includes(action));
    deepEqual(open, []);
  });

  it("are, function by function, exactly these", () => {
    const own = /^(WriteLog|WriteTraces)$/;
    const granted: Record<string, string[]> = {};
    for (const { role, statement } of statements().filter(({ statement: { Sid } }) => !own.test(Sid))) {
      const name = role.replace(/-role-id$/, "");
      const lines = statement.Action.map((action) => `${action} ${statement.Resource.join(" ")}`);
      granted[name] = [...(granted[name] ?? []), ...lines].sort();
    }
    deepEqual(granted, expected);
  });
});

const workflows = ["settlement", "sleep", "apost", "forecast-energy", "forecast-and-approve"]
  .map((name) => `arn:workflow-${name}`)
  .join(" ");
const executions = workflows.replace(/(?= |$)/g, ":*");
const redriving = [
  "dynamodb:GetItem arn:jobs",
  "dynamodb:UpdateItem arn:jobs",
  "sqs:SendMessage arn:egress",
  `states:DescribeExecution ${executions}`,
  `states:RedriveExecution ${executions}`,
  `states:StartExecution ${workflows}`,
];
const answering = [
  "dynamodb:GetItem arn:jobs",
  "dynamodb:UpdateItem arn:jobs",
  "s3:GetObject arn:handoff-files/inbound/*",
  "s3:GetObjectVersion arn:handoff-files/inbound/*",
  "s3:ListBucketVersions arn:handoff-files",
  "s3:PutObject arn:handoff-files/inbound/*/rejected.json",
  `states:SendTaskFailure ${workflows}`,
  `states:SendTaskHeartbeat ${workflows}`,
  `states:SendTaskSuccess ${workflows}`,
];
const consuming = (queue: string) =>
  ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"].map(
    (action) => `${action} arn:${queue}`,
  );
const following = [
  "dynamodb:DescribeStream arn:jobs/stream",
  "dynamodb:GetRecords arn:jobs/stream",
  "dynamodb:GetShardIterator arn:jobs/stream",
  "dynamodb:ListStreams *",
  "sqs:SendMessage arn:jobs-stream-failures",
];
const delivering = [
  "logs:CreateLogDelivery *",
  "logs:DeleteLogDelivery *",
  "logs:DescribeLogGroups *",
  "logs:DescribeResourcePolicies *",
  "logs:GetLogDelivery *",
  "logs:ListLogDeliveries *",
  "logs:PutResourcePolicy *",
  "logs:UpdateLogDelivery *",
];
const expected = {
  "submit-job": ["dynamodb:GetItem arn:jobs", "dynamodb:PutItem arn:jobs"],
  "list-jobs": ["dynamodb:Query arn:jobs/index/by-process arn:jobs/index/by-status"],
  "get-job": [
    "dynamodb:GetItem arn:jobs",
    "s3:GetObject arn:egress-files/*",
    "s3:GetObject arn:job-outputs/outputs/*",
    "s3:ListBucket arn:egress-files",
    "s3:ListBucket arn:job-outputs",
    `states:GetExecutionHistory ${executions}`,
  ],
  "receive-webhook": ["dynamodb:PutItem arn:jobs", "secretsmanager:GetSecretValue arn:webhook-secret"],
  "egress-outputs": [
    "dynamodb:GetItem arn:jobs",
    "dynamodb:UpdateItem arn:jobs",
    "s3:AbortMultipartUpload arn:egress-files/*",
    "s3:GetObject arn:job-outputs/outputs/*",
    "s3:ListBucket arn:egress-files",
    "s3:ListBucket arn:job-outputs",
    "s3:ListMultipartUploadParts arn:egress-files/*",
    "s3:PutObject arn:egress-files/*",
    "secretsmanager:GetSecretValue arn:platform-token",
    "sqs:ChangeMessageVisibility arn:egress",
    ...consuming("egress"),
  ].sort(),
  "start-jobs": [
    "dynamodb:UpdateItem arn:jobs",
    "sqs:SendMessage arn:egress",
    `states:StartExecution ${workflows}`,
    ...following,
  ].sort(),
  "record-executions": [
    "dynamodb:GetItem arn:jobs",
    "dynamodb:UpdateItem arn:jobs",
    "sqs:SendMessage arn:record-executions-failures",
  ],
  "cancel-job": [
    "batch:TerminateJob *",
    "dynamodb:GetItem arn:jobs",
    "dynamodb:UpdateItem arn:jobs",
    `states:StopExecution ${executions}`,
  ],
  "redrive-job": redriving,
  "dispatch-handoffs": [
    ...answering,
    "s3:PutObject arn:handoff-files/outbound/*",
    ...consuming("handoffs"),
  ].sort(),
  "resume-jobs": [
    ...answering,
    "s3:ListBucket arn:handoff-files",
    "s3:PutObject arn:handoff-files/outbound/*/rejected.json",
    ...consuming("callbacks"),
  ].sort(),
  "notify-jobs": ["events:PutEvents arn:job-events", "sns:Publish arn:notifications", ...following].sort(),
  "reconcile-jobs": [
    ...redriving,
    "batch:DescribeJobs *",
    "dynamodb:Query arn:jobs/index/by-status",
    "sqs:SendMessage arn:reconcile-jobs-failures",
    `states:ListExecutions ${workflows}`,
  ].sort(),
  "replay-jobs": [...redriving, "sqs:SendMessage arn:replay-jobs-failures"].sort(),
  "workflow-settlement": [
    "dynamodb:UpdateItem arn:jobs",
    "lambda:InvokeFunction arn:step-generate-payload",
    ...delivering,
    "sqs:SendMessage arn:handoffs",
  ].sort(),
  "workflow-sleep": [
    "dynamodb:UpdateItem arn:jobs",
    "lambda:InvokeFunction arn:step-sleep",
    ...delivering,
  ].sort(),
  ...Object.fromEntries(
    [
      ["apost", "batch", []],
      ["forecast-energy", "batch", []],
      ["forecast-and-approve", "forecast", ["sqs:SendMessage arn:handoffs"]],
    ].map(([name, step, more]) => [
      `workflow-${String(name)}`,
      [
        "batch:DescribeJobs *",
        `batch:SubmitJob arn:batch-queue arn:batch-${String(name)}-${String(step)}`,
        "batch:TerminateJob *",
        "dynamodb:UpdateItem arn:jobs",
        ...["DescribeRule", "PutRule", "PutTargets"].map(
          (action) =>
            `events:${action} arn:aws:events:eu-west-1:111122223333:rule/StepFunctionsGetEventsForBatchJobsRule`,
        ),
        ...delivering,
        ...(more ?? []),
      ].sort(),
    ]),
  ),
  "build-tags": [
    "dynamodb:Scan arn:tag-groups",
    "sqs:SendMessage arn:build-tags-failures",
    "sqs:SendMessage arn:tag-chunks",
    "tag:GetResources *",
  ],
  "apply-tags": [
    "s3:GetBucketTagging arn:aws:s3:::*",
    "s3:PutBucketTagging arn:aws:s3:::*",
    "sqs:SendMessage arn:tag-chunks-dead",
    "sqs:TagQueue arn:aws:sqs:eu-west-1:111122223333:*",
    "tag:TagResources *",
    ...consuming("tag-chunks"),
  ].sort(),
  "submit-batch-job": ["dynamodb:GetItem arn:jobs", "dynamodb:PutItem arn:jobs"],
  "record-batch-jobs": [
    "dynamodb:PutItem arn:jobs",
    "dynamodb:UpdateItem arn:jobs",
    "sqs:SendMessage arn:record-batch-jobs-failures",
  ],
  "start-alarm-jobs": ["dynamodb:PutItem arn:jobs", "sqs:SendMessage arn:start-alarm-jobs-failures"],
  "batch-execution": ["logs:CreateLogStream arn:batch-log:*", "logs:PutLogEvents arn:batch-log:*"],
  "batch-job": ["s3:PutObject arn:job-outputs/outputs/*"],
  "jobs-api-invoke": ["execute-api:Invoke execute-api:jobs-api-stage/*/*"],
  "orchestrator-partner": [
    "s3:GetObject arn:handoff-files/outbound/*",
    "s3:PutObject arn:handoff-files/inbound/*",
  ],
};
