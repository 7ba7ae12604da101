import { deepEqual, rejects } from "node:assert/strict";
import { alarmActions } from "../../local/alarmActions";
import type { Cloud } from "../../local/cloud";
import { checkInputs } from "../../local/resources/adapter";
import { cloudWatchAdapters } from "../../local/resources/cloudwatch";
import type { AlarmAction } from "../../local/services/cloudwatch";

const adapter = cloudWatchAdapters["aws:cloudwatch/metricAlarm:MetricAlarm"];
const arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:energy";
const least = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 };

/** Makes an alarm; answers what PutMetricAlarm got, and what the program gets. */
async function make(inputs: object) {
  const put: object[] = [];
  const cloud = {
    cloudWatch: {
      putAlarm: (input: object) => {
        put.push(input);
        return { arn };
      },
    },
  } as unknown as Cloud;
  const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const registration = { type, name: "energy", custom: true, inputs: { ...inputs } };
  if (!adapter) throw new Error("there is no adapter of alarms");
  checkInputs(registration, adapter);
  const made = await adapter.create({ ...registration, physicalName: "energy-1234567" }, cloud);
  return { put, made };
}

describe("An alarm of the program", () => {
  it("is put with all that the program says of it", async () => {
    const inputs = {
      ...least,
      name: "energy-jobs",
      alarmDescription: "d",
      actionsEnabled: false,
      alarmActions: ["a"],
      okActions: ["o"],
      insufficientDataActions: ["i"],
      namespace: "Custom",
      metricName: "test_m",
      dimensions: { entity: "test_e", host: "h" },
      statistic: "Maximum",
      unit: "Count",
      period: 60,
      datapointsToAlarm: 1,
      threshold: 1,
      treatMissingData: "notBreaching",
    };
    deepEqual(await make(inputs), {
      put: [
        {
          AlarmName: "energy-jobs",
          AlarmDescription: "d",
          ActionsEnabled: false,
          AlarmActions: ["a"],
          OKActions: ["o"],
          InsufficientDataActions: ["i"],
          Namespace: "Custom",
          MetricName: "test_m",
          Dimensions: [
            { Name: "entity", Value: "test_e" },
            { Name: "host", Value: "h" },
          ],
          Statistic: "Maximum",
          Unit: "Count",
          Period: 60,
          EvaluationPeriods: 1,
          DatapointsToAlarm: 1,
          Threshold: 1,
          ComparisonOperator: "GreaterThanThreshold",
          TreatMissingData: "notBreaching",
        },
      ],
      made: { id: "energy-jobs", state: { ...inputs, arn } },
    });
  });

  it("has a physical name and no more than the least, where the program says no more", async () => {
    deepEqual(await make(least), {
      put: [
        {
          AlarmName: "energy-1234567",
          Dimensions: [],
          EvaluationPeriods: 1,
          ComparisonOperator: "GreaterThanThreshold",
          TreatMissingData: "missing",
        },
      ],
      made: { id: "energy-1234567", state: { ...least, name: "energy-1234567", arn } },
    });
  });

  it("is refused with an input that the local cloud cannot act upon", async () => {
    await rejects(
      make({ ...least, thresholdMetricId: "x" }),
      /does not know thresholdMetricId of aws:cloudwatch/,
    );
  });
});

describe("The actions of alarms", () => {
  const service = (name: string) => ({ kind: "service", service: name, sourceArn: arn }) as const;

  it("invoke functions in CloudWatch's name", async () => {
    const calls: unknown[][] = [];
    const act = alarmActions(() => Promise.reject(new Error("nothing is dispatched")), {
      invokeAsync: async (...call) => void calls.push(call),
    });
    const event = { source: "aws.cloudwatch" } as Extract<AlarmAction, { kind: "invoke" }>["event"];
    const principal = service("lambda.alarms.cloudwatch.amazonaws.com");
    await act({ kind: "invoke", functionArn: "arn:fn", event, principal });
    deepEqual(calls, [["arn:fn", event, principal]]);
  });

  it("publish to topics in CloudWatch's name", async () => {
    const calls: unknown[] = [];
    const act = alarmActions(
      async (name, { principal, body }) => {
        calls.push([name, principal, Object.fromEntries(new URLSearchParams(body.toString()))]);
        return { status: 200, headers: {}, body: Buffer.from("") };
      },
      { invokeAsync: () => Promise.reject(new Error("nothing is invoked")) },
    );
    const principal = service("cloudwatch.amazonaws.com");
    await act({ kind: "publish", topicArn: "arn:topic", subject: "ALARM", message: "{}", principal });
    const form = { Action: "Publish", Version: "2010-03-31", TopicArn: "arn:topic" };
    deepEqual(calls, [["sns", principal, { ...form, Subject: "ALARM", Message: "{}" }]]);
  });
});
