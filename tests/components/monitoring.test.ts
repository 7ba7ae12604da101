import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { sumAlarms } from "../../components/monitoring/sumAlarms";
import type { Registration } from "../../local/runtime/program";
import { monitoringAlarms, runMonitoring } from "../helpers/monitoringProgram";

const identities = (resources: readonly Registration[]) =>
  resources.map(({ type, name }) => `${type.replace(/^aws:|\/[^:]*/g, "")} ${name}`);

/** What monitoring makes: all but the key and the queues. */
const ofMonitoring = (resources: readonly Registration[]) =>
  identities(resources).filter((identity) => /^(cloudwatch|sns):/.test(identity));

const topic = [
  "sns:Topic alarms",
  "sns:TopicPolicy alarms-policy",
  "sns:TopicSubscription alarms-ops@example.com",
];
const alarmed = [...topic, ...monitoringAlarms.map((name) => `cloudwatch:MetricAlarm ${name}`)].sort();

describe("Monitoring", () => {
  const levels: [level: string, made: string[], outputs: object][] = [
    ["none", [], { alarmTopicArn: undefined, dashboardName: undefined }],
    ["alarms", alarmed, { alarmTopicArn: "arn:alarms", dashboardName: undefined }],
    [
      "all",
      [...alarmed, "cloudwatch:Dashboard monitoring"].sort(),
      { alarmTopicArn: "arn:alarms", dashboardName: "jobrelay-jobs-1" },
    ],
  ];
  for (const [level, made, { ...expected }] of levels) {
    it(`makes exactly what the level says: ${level}`, async () => {
      const { resources, outputs } = await runMonitoring(level);
      const { alarmTopicArn, dashboardName } = outputs;
      deepEqual([ofMonitoring(resources).sort(), { alarmTopicArn, dashboardName }], [made, expected]);
    });
  }

  it("shows in a preview all that it makes", async () => {
    const preview = await runMonitoring("all", { preview: true });
    deepEqual(
      identities(preview.resources).sort(),
      identities((await runMonitoring("all")).resources).sort(),
    );
  });

  it("knows the dead-letter queues by the names that people use", async () => {
    deepEqual((await runMonitoring("none")).outputs["deadLetterQueues"], {
      callbacks: "https://sqs/callbacks-dead",
      "jobs-stream-failures": "https://sqs/jobs-stream-failures",
    });
  });
});

describe("The alarms of a stack", () => {
  let resources: readonly Registration[] = [];
  before(async () => {
    ({ resources } = await runMonitoring("all"));
  });
  const inputsOf = (type: string) =>
    Object.fromEntries(
      resources
        .filter((resource) => resource.type.endsWith(`:${type}`))
        .map(({ name, inputs }) => [name, inputs]),
    );

  const common = {
    alarmActions: ["arn:alarms"],
    okActions: ["arn:alarms"],
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  };
  const ofQueue = (metricName: string, QueueName: string) => ({
    ...common,
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName },
    statistic: "Maximum",
    period: 300,
  });
  const summed = (id: number, namespace: string, metricName: string, dimensions: object, period: number) => ({
    id: `m${id}`,
    metric: { namespace, metricName, dimensions, period, stat: "Sum" },
    returnData: false,
  });

  it("are these", () => {
    const deadLetters = (name: string, queueName: string) => ({
      ...ofQueue("ApproximateNumberOfMessagesVisible", queueName),
      threshold: 0,
      alarmDescription:
        `There are dead letters of ${name}: something could not be handled after all retries. ` +
        `First: npm run deadletters -- show ${name}. Runbook: docs/operations.md#dead-letters`,
    });
    const stuckWait = (name: string, threshold: number) => ({
      ...ofQueue("ApproximateAgeOfOldestMessage", `${name}-1`),
      threshold,
      alarmDescription:
        `A message of the queue ${name} has waited for more than ${threshold / 60} minutes. ` +
        "First: look at the log of its consumer. Runbook: docs/operations.md#stuck-wait",
    });
    const ended = (id: number, metricName: string, StateMachineArn: string) =>
      summed(id, "AWS/States", metricName, { StateMachineArn }, 900);
    const reconciled = (metricName: string, periods: number) => ({
      ...common,
      ...{ evaluationPeriods: periods, datapointsToAlarm: periods, threshold: 0 },
      ...{ namespace: "Jobrelay", metricName, dimensions: { FunctionName: "reconcile-jobs-1" } },
      ...{ statistic: "Sum", period: 900 },
    });
    const errors = (id: number, FunctionName: string) =>
      summed(id, "AWS/Lambda", "Errors", { FunctionName }, 300);
    deepEqual(inputsOf("MetricAlarm"), {
      "dead-letters-callbacks": deadLetters("callbacks", "callbacks-dead-1"),
      "dead-letters-jobs-stream-failures": deadLetters("jobs-stream-failures", "jobs-stream-failures-1"),
      "stuck-wait-callbacks": stuckWait("callbacks", 900),
      "stuck-wait-egress": stuckWait("egress", 93_600),
      "workflow-failures": {
        ...common,
        threshold: 0,
        alarmDescription:
          "Jobs have failed within the last quarter of an hour. First: GET /jobs?status=FAILED. " +
          "Runbook: docs/operations.md#workflow-failures",
        metricQueries: [
          { id: "sum", expression: "SUM([m0, m1, m2, m3])", label: "failed executions", returnData: true },
          ended(0, "ExecutionsFailed", "arn:settlement"),
          ended(1, "ExecutionsTimedOut", "arn:settlement"),
          ended(2, "ExecutionsFailed", "arn:sleep"),
          ended(3, "ExecutionsTimedOut", "arn:sleep"),
        ],
      },
      "function-errors": {
        ...common,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        threshold: 0,
        alarmDescription:
          "Functions have failed in each five minutes of the last quarter of an hour. First: find the function on " +
          "the dashboard, and read its log. Runbook: docs/operations.md#function-errors",
        metricQueries: [
          { id: "sum", expression: "SUM([m0, m1])", label: "errors", returnData: true },
          errors(0, "start-jobs-1"),
          errors(1, "submit-job-1"),
        ],
      },
      "stream-behind-start-jobs": {
        ...common,
        namespace: "AWS/Lambda",
        metricName: "IteratorAge",
        dimensions: { FunctionName: "start-jobs-1" },
        statistic: "Maximum",
        period: 300,
        threshold: 600_000,
        alarmDescription:
          "start-jobs is more than ten minutes behind the changes of jobs. First: look at the log of start-jobs. " +
          "Runbook: docs/operations.md#stream-behind",
      },
      "reconciled-jobs": {
        ...reconciled("ReconciledJobs", 1),
        alarmDescription:
          "Jobs were repaired that a lost event had left behind. First: look at the log of reconcile-jobs. " +
          "Runbook: docs/operations.md#reconciled-jobs",
      },
      "unreconciled-jobs": {
        ...reconciled("UnreconciledJobs", 3),
        alarmDescription:
          "For three quarters of an hour jobs could not be reconciled. First: look at the log of reconcile-jobs. " +
          "Runbook: docs/operations.md#reconciled-jobs",
      },
    });
  });

  it("have a chapter each in the operator's handbook", () => {
    const handbook = readFileSync(path.resolve(__dirname, "../../docs/operations.md"), "utf8");
    const chapters = [...handbook.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replace(/ /g, "-"),
    );
    const wanted = Object.values(inputsOf("MetricAlarm")).map(
      ({ alarmDescription }) => /docs\/operations\.md#([a-z-]+)$/.exec(String(alarmDescription))?.[1],
    );
    deepEqual(
      [...new Set(wanted)].filter((anchor) => anchor === undefined || !chapters.includes(anchor)),
      [],
    );
  });

  it("are told to a topic that is encrypted, and to which only alarms of the account publish, over TLS", () => {
    deepEqual(inputsOf("Topic"), { alarms: { kmsMasterKeyId: "arn:data-key" } });
    deepEqual(inputsOf("TopicSubscription"), {
      "alarms-ops@example.com": { topic: "arn:alarms", protocol: "email", endpoint: "ops@example.com" },
    });
    const { policy, ...rest } = inputsOf("TopicPolicy")["alarms-policy"] ?? {};
    deepEqual(
      [rest, JSON.parse(String(policy))],
      [
        { arn: "arn:alarms" },
        {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "AlarmsPublish",
              Effect: "Allow",
              Principal: { Service: "cloudwatch.amazonaws.com" },
              Action: ["sns:Publish"],
              Resource: ["arn:alarms"],
              Condition: {
                StringEquals: { "aws:SourceAccount": "111122223333" },
                ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*" },
              },
            },
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: ["sns:Publish"],
              Resource: ["arn:alarms"],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      ],
    );
  });

  it("look at ten metrics at most, and are as many as that takes", () => {
    const metrics = Array.from({ length: 23 }, (_, index) => ({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: `f${index}` },
    }));
    const shape = (count: number) =>
      sumAlarms("errors", metrics.slice(0, count), { label: "errors", period: 300 }).map(({ name, args }) => {
        const [sum, ...rest] = args.metricQueries as { expression?: string; id: string }[];
        return [name, sum?.expression, rest.map(({ id }) => id).join(" ")];
      });
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
    const part = (name: string, count: number) => [
      name,
      `SUM([${ids(count).join(", ")}])`,
      ids(count).join(" "),
    ];
    deepEqual([0, 1, 10, 11, 23].map(shape), [
      [],
      [part("errors", 1)],
      [part("errors", 10)],
      [part("errors", 10), part("errors-2", 1)],
      [part("errors", 10), part("errors-2", 10), part("errors-3", 3)],
    ]);
  });
});
