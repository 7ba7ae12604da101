import assert from "node:assert/strict";
import { silent } from "../../local/log";
import {
  createCloudWatch,
  type AlarmAction,
  type AlarmStateChangeEvent,
  type CloudWatch,
} from "../../local/services/cloudwatch";
import { account, TestClock } from "../helpers/dynamodb";
import { jsonCaller, type JsonCaller } from "../helpers/jsonService";

const minute = 60_000;
const alarmArn = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:high";
const topicArn = "arn:aws:sns:eu-west-1:000000000000:alarms";
const functionArn = "arn:aws:lambda:eu-west-1:000000000000:function:startAlarmJobs";
const Dimensions = [{ Name: "e", Value: "test_e" }];
const high = {
  AlarmName: "high",
  AlarmDescription: "test_m is high",
  Namespace: "seed",
  MetricName: "test_m",
  Dimensions,
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: "GreaterThanThreshold",
};

describe("CloudWatch alarms", () => {
  let clock: TestClock;
  let cloudWatch: CloudWatch;
  let call: JsonCaller;
  let events: AlarmStateChangeEvent[];
  let actions: AlarmAction[];

  beforeEach(() => {
    clock = new TestClock();
    events = [];
    actions = [];
    cloudWatch = createCloudWatch({
      account,
      clock,
      log: silent,
      emit: (event) => events.push(event),
      onAction: (action) => void actions.push(action),
    });
    call = jsonCaller(cloudWatch.service, "GraniteServiceVersion20100801");
  });

  afterEach(async () => {
    await cloudWatch.stop();
    assert.equal(clock.pending, 0);
  });

  const put = async (Value: number) => {
    const MetricData = [{ MetricName: "test_m", Dimensions, Value }];
    assert.deepEqual(await call("PutMetricData", { Namespace: "seed", MetricData }), {
      status: 200,
      body: {},
    });
  };
  const changes = () => events.map(({ detail }) => `${detail.previousState.value} > ${detail.state.value}`);

  it("open once while the value stays high, and again when it rises after it fell", async () => {
    assert.deepEqual(cloudWatch.putAlarm(high), { arn: alarmArn });
    await put(2);
    assert.deepEqual(changes(), ["INSUFFICIENT_DATA > ALARM"]);
    for (const value of [3, 2, 2]) {
      clock.advance(minute);
      await put(value);
    }
    assert.deepEqual(changes().slice(1), []);
    clock.advance(minute);
    await put(0);
    assert.deepEqual(changes().slice(1), [], "a period under way does not lead out of ALARM");
    clock.advance(minute);
    assert.deepEqual(changes().slice(1), ["ALARM > OK"]);
    await put(2);
    assert.deepEqual(changes().slice(2), ["OK > ALARM"]);
  });

  it("tell EventBridge, a topic and a function of the change as AWS does", async () => {
    cloudWatch.putAlarm({ ...high, AlarmActions: [topicArn, functionArn], OKActions: [topicArn] });
    clock.advance(20_500);
    await put(2);
    const state = {
      value: "ALARM",
      reason:
        "Threshold Crossed: 1 datapoint [2.0 (01/03/26 00:00:00)] was greater than the threshold (1.0).",
      reasonData: JSON.stringify({
        version: "1.0",
        queryDate: "2026-03-01T00:00:20.500+0000",
        startDate: "2026-03-01T00:00:00.000+0000",
        statistic: "Maximum",
        period: 60,
        recentDatapoints: [2],
        threshold: 1,
        evaluatedDatapoints: [{ timestamp: "2026-03-01T00:00:00.000+0000", sampleCount: 1, value: 2 }],
      }),
      timestamp: "2026-03-01T00:00:20.500+0000",
    };
    const [event] = events;
    const id = event?.detail.configuration.metrics[0]?.id ?? "";
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const detail = {
      alarmName: "high",
      state,
      previousState: {
        value: "INSUFFICIENT_DATA",
        reason: "Unchecked: Initial alarm creation",
        timestamp: "2026-03-01T00:00:00.000+0000",
      },
      configuration: {
        description: "test_m is high",
        metrics: [
          {
            id,
            metricStat: {
              metric: { namespace: "seed", name: "test_m", dimensions: { e: "test_e" } },
              period: 60,
              stat: "Maximum",
            },
            returnData: true,
          },
        ],
      },
    };
    assert.deepEqual(events, [
      {
        version: "0",
        id: event?.id,
        "detail-type": "CloudWatch Alarm State Change",
        source: "aws.cloudwatch",
        account: "000000000000",
        time: "2026-03-01T00:00:20Z",
        region: "eu-west-1",
        resources: [alarmArn],
        detail,
      },
    ]);
    const message = {
      AlarmName: "high",
      AlarmDescription: "test_m is high",
      AWSAccountId: "000000000000",
      AlarmConfigurationUpdatedTimestamp: "2026-03-01T00:00:00.000+0000",
      NewStateValue: "ALARM",
      NewStateReason: state.reason,
      StateChangeTime: "2026-03-01T00:00:20.500+0000",
      Region: "EU (Ireland)",
      AlarmArn: alarmArn,
      OldStateValue: "INSUFFICIENT_DATA",
      OKActions: [topicArn],
      AlarmActions: [topicArn, functionArn],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: "test_m",
        Namespace: "seed",
        StatisticType: "Statistic",
        Statistic: "MAXIMUM",
        Unit: null,
        Dimensions: [{ value: "test_e", name: "e" }],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 1,
        TreatMissingData: "",
        EvaluateLowSampleCountPercentile: "",
      },
    };
    assert.deepEqual(actions, [
      {
        kind: "publish",
        topicArn,
        subject: 'ALARM: "high" in EU (Ireland)',
        message: JSON.stringify(message),
        principal: { kind: "service", service: "cloudwatch.amazonaws.com", sourceArn: alarmArn },
      },
      {
        kind: "invoke",
        functionArn,
        event: {
          source: "aws.cloudwatch",
          alarmArn,
          accountId: "000000000000",
          time: "2026-03-01T00:00:20.500+0000",
          region: "eu-west-1",
          alarmData: detail,
        },
        principal: {
          kind: "service",
          service: "lambda.alarms.cloudwatch.amazonaws.com",
          sourceArn: alarmArn,
        },
      },
    ]);
  });

  it("still tell EventBridge, and nobody else, while their actions are switched off", async () => {
    cloudWatch.putAlarm({ ...high, AlarmActions: [topicArn], OKActions: [topicArn] });
    await call("DisableAlarmActions", { AlarmNames: ["high", "unknown"] });
    await put(2);
    assert.deepEqual([changes(), actions], [["INSUFFICIENT_DATA > ALARM"], []]);
    await call("EnableAlarmActions", { AlarmNames: ["high"] });
    await call("SetAlarmState", { AlarmName: "high", StateValue: "OK", StateReason: "by hand" });
    assert.deepEqual(
      actions.map((action) => action.kind === "publish" && action.subject),
      ['OK: "high" in EU (Ireland)'],
    );
  });

  it("judge totals that are to be high only when their period has ended", async () => {
    cloudWatch.putAlarm({ ...high, Statistic: "Sum", Threshold: 5, ComparisonOperator: "LessThanThreshold" });
    await put(2);
    assert.deepEqual(changes(), []);
    clock.advance(minute);
    assert.deepEqual(changes(), ["INSUFFICIENT_DATA > ALARM"]);
  });

  it("lapse into INSUFFICIENT_DATA when no period of the evaluation range has data", async () => {
    cloudWatch.putAlarm(high);
    await put(2);
    for (let passed = 0; passed < 3; passed += 1) clock.advance(minute);
    assert.deepEqual(changes(), ["INSUFFICIENT_DATA > ALARM"]);
    clock.advance(minute);
    assert.equal(events[1]?.detail.state.reason, "Insufficient Data: 1 datapoint was unknown.");
  });

  it("are evaluated every ten seconds where their period is shorter than a minute", async () => {
    cloudWatch.putAlarm({ ...high, Period: 10, ComparisonOperator: "LessThanThreshold", Statistic: "Sum" });
    const MetricData = [{ MetricName: "test_m", Dimensions, Value: 0.5, StorageResolution: 1 }];
    clock.advance(3000);
    await call("PutMetricData", { Namespace: "seed", MetricData });
    clock.advance(6999);
    assert.deepEqual(changes(), []);
    clock.advance(1);
    assert.deepEqual(changes(), ["INSUFFICIENT_DATA > ALARM"]);
  });

  it("return to what their data say after SetAlarmState", async () => {
    cloudWatch.putAlarm({ ...high, TreatMissingData: "notBreaching" });
    const StateReasonData = '{"a":1}';
    await call("SetAlarmState", {
      AlarmName: "high",
      StateValue: "ALARM",
      StateReason: "test",
      StateReasonData,
    });
    await call("SetAlarmState", { AlarmName: "high", StateValue: "ALARM", StateReason: "again" });
    clock.advance(minute);
    assert.deepEqual(
      events.map(({ detail }) => detail.state.reason),
      [
        "test",
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
      ],
    );
  });

  it("keep their state when their configuration changes, and are gone when deleted", async () => {
    cloudWatch.putAlarm(high);
    await put(2);
    clock.advance(1000);
    assert.deepEqual(await call("PutMetricAlarm", { ...high, Threshold: 10 }), { status: 200, body: {} });
    const { body } = await call("DescribeAlarms", { AlarmNamePrefix: "hi", StateValue: "ALARM" });
    const [state = {}] = events.map(({ detail }) => detail.state);
    assert.deepEqual(body, {
      MetricAlarms: [
        {
          ...high,
          AlarmArn: alarmArn,
          AlarmConfigurationUpdatedTimestamp: 1772323201,
          ActionsEnabled: true,
          OKActions: [],
          AlarmActions: [],
          InsufficientDataActions: [],
          StateValue: "ALARM",
          StateReason: "reason" in state ? state.reason : "",
          StateReasonData: "reasonData" in state ? state.reasonData : "",
          StateUpdatedTimestamp: 1772323200,
          StateTransitionedTimestamp: 1772323200,
          Threshold: 10,
        },
      ],
      CompositeAlarms: [],
    });
    await call("DeleteAlarms", { AlarmNames: ["high"] });
    assert.deepEqual((await call("DescribeAlarms", { AlarmNames: ["high"] })).body, {
      MetricAlarms: [],
      CompositeAlarms: [],
    });
  });

  it("are described page by page", async () => {
    for (const name of ["c", "a", "b"]) cloudWatch.putAlarm({ ...high, AlarmName: name });
    const namesOf = (body: object) =>
      "MetricAlarms" in body &&
      (body.MetricAlarms as { AlarmName: string }[]).map(({ AlarmName }) => AlarmName);
    const first = (await call("DescribeAlarms", { MaxRecords: 2 })).body;
    assert.deepEqual(namesOf(first), ["a", "b"]);
    const { NextToken } = first;
    const second = (await call("DescribeAlarms", { MaxRecords: 2, NextToken })).body;
    assert.deepEqual([namesOf(second), second["NextToken"]], [["c"], undefined]);
  });

  it("log an action that fails, and carry out the others", async () => {
    const lines: string[] = [];
    const done = new Promise<void>((resolve) => {
      const failing = createCloudWatch({
        account,
        clock,
        log: (line) => void (lines.push(line) === 2 && resolve()),
        emit: () => undefined,
        onAction: (action) => {
          if (action.kind === "publish") throw new Error("no such topic");
          actions.push(action);
        },
      });
      failing.putAlarm({ ...high, AlarmActions: [topicArn, functionArn] });
      const caller = jsonCaller(failing.service, "GraniteServiceVersion20100801");
      void caller("SetAlarmState", { AlarmName: "high", StateValue: "ALARM", StateReason: "test" }).then(() =>
        failing.stop(),
      );
    });
    await done;
    assert.equal(lines[1], `CloudWatch: the action ${topicArn} of alarm high failed: Error: no such topic`);
    assert.equal(actions.length, 1);
  });

  const invalid: readonly (readonly [input: object, code: string, message: string])[] = [
    [{ Period: 45 }, "ValidationException", "Metric period must be 10, 20, 30 or a multiple of 60"],
    [
      { EvaluationPeriods: 1441 },
      "ValidationException",
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    ],
    [
      { DatapointsToAlarm: 2 },
      "ValidationException",
      "DatapointsToAlarm must be less than or equal to EvaluationPeriods",
    ],
    [
      { Statistic: "p99" },
      "ValidationException",
      "1 validation error detected: Value 'p99' at 'statistic' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [SampleCount, Average, Sum, Minimum, Maximum]",
    ],
    [
      { TreatMissingData: "zero" },
      "ValidationException",
      "Option zero is not supported for TreatMissingData.",
    ],
    [{ AlarmActions: ["topic"] }, "ValidationException", "Invalid arn syntax: topic"],
    [
      { AlarmActions: ["arn:aws:automate:eu-west-1:ec2:stop"] },
      "ValidationException",
      "The local cloud knows SNS topics and Lambda functions as actions of alarms, not arn:aws:automate:eu-west-1:ec2:stop.",
    ],
    [{ Threshold: undefined }, "MissingRequiredParameterException", "The parameter Threshold is required."],
    [
      { Metrics: [] },
      "ValidationException",
      "The local cloud evaluates alarms on one statistic of one metric only, without Metrics.",
    ],
  ];
  for (const [input, code, message] of invalid) {
    it(`are refused with ${JSON.stringify(input)}`, async () => {
      assert.deepEqual(await call("PutMetricAlarm", { ...high, ...input }), {
        status: 400,
        body: { __type: code, message },
      });
    });
  }

  it("need permission for each alarm by its ARN", () => {
    assert.deepEqual(call.permissions("DescribeAlarms"), [
      { action: "cloudwatch:DescribeAlarms", resource: alarmArn.replace("high", "*") },
    ]);
    assert.deepEqual(call.permissions("SetAlarmState", { AlarmName: "high" }), [
      { action: "cloudwatch:SetAlarmState", resource: alarmArn },
    ]);
  });
});
