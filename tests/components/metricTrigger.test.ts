import { deepEqual, equal, match, rejects } from "node:assert/strict";
import * as path from "node:path";
import { runProgram, type Registration } from "../../local/runtime/program";
import { forgetPromises } from "../helpers/pulumiPromises";

const entry = path.resolve(__dirname, "../helpers/programs/metricTriggers.ts");
const processes = {
  "forecast-energy": { steps: [{ invoke: "sleep" }] },
  unused: { steps: [{ invoke: "sleep" }] },
};
const metric = { namespace: "Custom", name: "test_m" };
const energy = { metric, condition: "value > 1", process: "forecast-energy" };
const silence = {
  metric: { ...metric, dimensions: { entity: "test_e" } },
  condition: "value <= 2.5",
  process: "forecast-energy",
  statistic: "SampleCount",
  period: "30s",
  datapoints: "2 of 3",
  missingData: "breaching",
};

const answers: Readonly<Record<string, object>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "111122223333" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getRegion:getRegion": { region: "eu-west-1" },
};

/** The resources that the triggers add to a program, in the order in which they are made. */
async function resourcesFor(triggers?: object, preview = false): Promise<readonly Registration[]> {
  const resources: Registration[] = [];
  const values = {
    "jobrelay:processes": JSON.stringify(processes),
    "jobrelay:jobRetentionDays": "7",
    ...(triggers && { "jobrelay:triggers": JSON.stringify(triggers) }),
  };
  await runProgram(
    entry,
    { project: "jobrelay", stack: "test", values },
    {
      preview,
      create: async (registration) => {
        resources.push(registration);
        const { name, inputs, custom } = registration;
        const outputs = {
          arn: `arn:${name}`,
          name,
          streamArn: `arn:${name}/stream`,
          url: `https://sqs/${name}`,
        };
        if (preview && custom) return { id: "", state: { ...inputs } };
        return { id: `${name}-id`, state: { ...outputs, ...inputs } };
      },
      invoke: (token) => {
        const answer = answers[token];
        if (!answer) throw new Error(`the program calls ${token}, which no test expects`);
        return answer;
      },
    },
  );
  return resources.filter(({ name, type }) => /alarm|trigger/.test(name) && type !== "pulumi:pulumi:Stack");
}

const identity = ({ type, name }: Registration) => `${type.replace(/^aws:|\/[^:]*/g, "")} ${name}`;

describe("Metric triggers", () => {
  let resources: readonly Registration[] = [];
  before(async () => {
    resources = await resourcesFor({ energy, silence });
  });
  const ofType = (type: string) => resources.filter((resource) => resource.type.endsWith(`:${type}`));
  const inputsOf = (type: string) =>
    Object.fromEntries(ofType(type).map(({ name, inputs }) => [name, inputs]));

  it("make nothing where the configuration has none", async () => {
    deepEqual((await resourcesFor()).map(identity), ["jobrelay:MetricTriggers triggers"]);
  });

  it("make one function for all, and an alarm and a permission for each", () => {
    deepEqual(resources.map(identity).sort(), [
      "cloudwatch:LogGroup start-alarm-jobs-log",
      "cloudwatch:MetricAlarm trigger-energy",
      "cloudwatch:MetricAlarm trigger-silence",
      "iam:Role start-alarm-jobs-role",
      "iam:RolePolicy start-alarm-jobs-base",
      "iam:RolePolicy start-alarm-jobs-report",
      "jobrelay:InlineFunction start-alarm-jobs",
      "jobrelay:MetricTrigger trigger-energy",
      "jobrelay:MetricTrigger trigger-silence",
      "jobrelay:MetricTriggers triggers",
      "lambda:Function start-alarm-jobs",
      "lambda:FunctionEventInvokeConfig start-alarm-jobs-on-failure",
      "lambda:Permission start-alarm-jobs-energy",
      "lambda:Permission start-alarm-jobs-silence",
      "sqs:Queue start-alarm-jobs-failures",
      "sqs:QueuePolicy start-alarm-jobs-failures-policy",
    ]);
  });

  it("show in a preview all that they make", async () => {
    const preview = await resourcesFor({ energy, silence }, true);
    deepEqual(preview.map(identity).sort(), resources.map(identity).sort());
  });

  it("watch what the configuration says, and act on openings only", () => {
    deepEqual(inputsOf("MetricAlarm"), {
      "trigger-energy": {
        name: "energy-jobs",
        alarmDescription: "Starts a job of forecast-energy when test_m is > 1",
        namespace: "Custom",
        metricName: "test_m",
        statistic: "Maximum",
        period: 60,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 1,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        treatMissingData: "notBreaching",
        alarmActions: ["arn:start-alarm-jobs"],
      },
      "trigger-silence": {
        name: "silence-jobs",
        alarmDescription: "Starts a job of forecast-energy when test_m is <= 2.5",
        namespace: "Custom",
        metricName: "test_m",
        dimensions: { entity: "test_e" },
        statistic: "SampleCount",
        period: 30,
        comparisonOperator: "LessThanOrEqualToThreshold",
        threshold: 2.5,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        treatMissingData: "breaching",
        alarmActions: ["arn:start-alarm-jobs"],
      },
    });
  });

  it("let each alarm call the function, and nothing else", () => {
    const permission = (alarm: string) => ({
      action: "lambda:InvokeFunction",
      function: "start-alarm-jobs",
      principal: "lambda.alarms.cloudwatch.amazonaws.com",
      sourceArn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${alarm}`,
    });
    deepEqual(inputsOf("Permission"), {
      "start-alarm-jobs-energy": permission("energy-jobs"),
      "start-alarm-jobs-silence": permission("silence-jobs"),
    });
  });

  it("open no alarm before the function may be called and its failures are kept", () => {
    const position = (name: string) => resources.findIndex((resource) => identity(resource) === name);
    for (const trigger of ["energy", "silence"]) {
      const alarm = position(`cloudwatch:MetricAlarm trigger-${trigger}`);
      const needed = [
        `lambda:Permission start-alarm-jobs-${trigger}`,
        "lambda:FunctionEventInvokeConfig start-alarm-jobs-on-failure",
      ];
      deepEqual(
        needed.filter((name) => position(name) > alarm),
        [],
      );
    }
  });

  it("allow the function to record jobs and report failures, and no more", () => {
    const statements = ofType("RolePolicy").flatMap(({ inputs }) => {
      const { Statement } = JSON.parse(String(inputs["policy"])) as {
        Statement: { Sid: string; Action: string[]; Resource: string[] }[];
      };
      return Statement.map(({ Sid, Action, Resource }) => [Sid, Action, Resource]);
    });
    deepEqual(statements.sort(), [
      ["CreateJobs", ["dynamodb:PutItem"], ["arn:jobs"]],
      ["ReportFailures", ["sqs:SendMessage"], ["arn:start-alarm-jobs-failures"]],
      ["WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:start-alarm-jobs-log:*"]],
      ["WriteTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]],
    ]);
  });

  it("keep the events that the function cannot handle", () => {
    deepEqual(inputsOf("FunctionEventInvokeConfig"), {
      "start-alarm-jobs-on-failure": {
        functionName: "start-alarm-jobs",
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destination: "arn:start-alarm-jobs-failures" } },
      },
    });
  });

  it("tell the function only the name of the table; what it starts is part of its code", async () => {
    const [starter] = ofType("Function");
    const { variables } = starter?.inputs["environment"] as { variables: Record<string, string> };
    const { ARCHIVE_HASH: hash = "", ...others } = variables;
    deepEqual([others, /^[0-9a-f]{16}$/.test(hash)], [{ TABLE_NAME: "jobs" }, true]);
    const { assets } = starter?.inputs["code"] as {
      assets: Promise<Record<string, { text: Promise<string> }>>;
    };
    const closure = (await (await assets)["closure.js"]?.text) ?? "";
    match(closure, /forecast-energy/);
    equal(closure.includes("unused"), false);
  });

  it("stop the program when one cannot work", async () => {
    await rejects(
      resourcesFor({ energy: { ...energy, process: "none" } }),
      /jobrelay:triggers\.energy\.process is "none"/,
    );
    forgetPromises();
  });
});
