import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { silent } from "../../local/log";
import { createCloudWatch, type CloudWatch } from "../../local/services/cloudwatch";
import { AwsError } from "../../local/services/service";
import { account, TestClock } from "../helpers/dynamodb";
import { jsonCaller, jsonRequest, type JsonCaller } from "../helpers/jsonService";

const targetPrefix = "GraniteServiceVersion20100801";
const start = Date.parse("2026-03-01T00:00:00.000Z") / 1000;
const datum = { MetricName: "m", Value: 1 };

describe("CloudWatch metrics", () => {
  let clock: TestClock;
  let cloudWatch: CloudWatch;
  let call: JsonCaller;

  beforeEach(() => {
    clock = new TestClock();
    const emit = () => assert.fail("there are no alarms");
    cloudWatch = createCloudWatch({ account, clock, log: silent, emit, onAction: emit });
    call = jsonCaller(cloudWatch.service, targetPrefix);
  });

  afterEach(() => cloudWatch.stop());

  const put = async (...MetricData: readonly object[]) =>
    assert.deepEqual(await call("PutMetricData", { Namespace: "seed", MetricData }), {
      status: 200,
      body: {},
    });
  const query = {
    Namespace: "seed",
    MetricName: "m",
    StartTime: start,
    EndTime: start + 600,
    Period: 60,
    Statistics: ["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
  };
  const statistics = async (change: object = {}) => {
    const { body } = await call("GetMetricStatistics", { ...query, ...change });
    return body["Datapoints"] ?? body;
  };

  it("add up single values, values with counts and statistic sets of a minute", async () => {
    await put(
      { ...datum, Timestamp: start + 5 },
      { MetricName: "m", Values: [2, 4], Counts: [2, 1], Timestamp: start + 59.9 },
      { MetricName: "m", StatisticValues: { SampleCount: 2, Sum: 9, Minimum: -1, Maximum: 10 } },
      { ...datum, Value: 7, Timestamp: start + 60 },
    );
    assert.deepEqual(await statistics(), [
      { Timestamp: start, SampleCount: 6, Sum: 18, Average: 3, Minimum: -1, Maximum: 10, Unit: "None" },
      { Timestamp: start + 60, SampleCount: 1, Sum: 7, Average: 7, Minimum: 7, Maximum: 7, Unit: "None" },
    ]);
    assert.deepEqual(await statistics({ Period: 300, Statistics: ["Sum"], StartTime: start + 1 }), [
      { Timestamp: start, Sum: 25, Unit: "None" },
    ]);
  });

  it("keep units apart, and seconds only for metrics of high resolution", async () => {
    await put(
      { ...datum, Unit: "Seconds", Timestamp: start + 7 },
      { ...datum, Unit: "Bytes/Second", StorageResolution: 1, Timestamp: start + 7 },
    );
    const seconds = { Period: 1, Statistics: ["Sum"] };
    assert.deepEqual(await statistics(seconds), [
      { Timestamp: start, Sum: 1, Unit: "Seconds" },
      { Timestamp: start + 7, Sum: 1, Unit: "Bytes/Second" },
    ]);
    assert.deepEqual(await statistics({ ...seconds, Unit: "Seconds" }), [
      { Timestamp: start, Sum: 1, Unit: "Seconds" },
    ]);
  });

  it("fold seconds into minutes after three hours and drop minutes after fifteen days", async () => {
    await put({ ...datum, StorageResolution: 1, Timestamp: start + 7 });
    clock.advance(4 * 60 * 60 * 1000);
    await put({ ...datum, MetricName: "other" });
    assert.deepEqual(await statistics({ Statistics: ["Sum"] }), [{ Timestamp: start, Sum: 1, Unit: "None" }]);
    clock.advance(15 * 24 * 60 * 60 * 1000);
    await put({ ...datum, MetricName: "other" });
    assert.deepEqual(await statistics(), []);
  });

  it("are listed once, by namespace, name and dimensions", async () => {
    const e = { Name: "e", Value: "1" };
    const f = { Name: "f", Value: "2" };
    await put(
      { ...datum, Dimensions: [e, f] },
      { ...datum, Dimensions: [f, e] },
      { ...datum, Dimensions: [e], Unit: "Count" },
    );
    await call("PutMetricData", { Namespace: "other", EntityMetricData: [{ MetricData: [datum] }] });
    const both = { Namespace: "seed", MetricName: "m", Dimensions: [e, f] };
    const one = { Namespace: "seed", MetricName: "m", Dimensions: [e] };
    const other = { Namespace: "other", MetricName: "m", Dimensions: [] };
    const list = async (input?: object) => (await call("ListMetrics", input)).body;
    assert.deepEqual(await list(), { Metrics: [both, one, other] });
    assert.deepEqual(await list({ Namespace: "other" }), { Metrics: [other] });
    assert.deepEqual(await list({ Dimensions: [{ Name: "f" }] }), { Metrics: [both] });
    clock.advance(3 * 60 * 60 * 1000 + 1);
    assert.deepEqual(await list({ RecentlyActive: "PT3H" }), { Metrics: [] });
  });

  it("are taken from compressed requests, whose permission is asked for the namespace", async () => {
    const request = jsonRequest(targetPrefix, "PutMetricData", { Namespace: "seed", MetricData: [datum] });
    const headers = { ...request.headers, "content-encoding": "gzip" };
    const compressed = { ...request, headers, body: gzipSync(request.body) };
    assert.deepEqual(cloudWatch.service.requiredPermissions(compressed), [
      { action: "cloudwatch:PutMetricData", resource: "*", context: { "cloudwatch:namespace": "seed" } },
    ]);
    assert.equal((await cloudWatch.service.handle(compressed)).status, 200);
    assert.deepEqual(await statistics({ Statistics: ["Sum"] }), [{ Timestamp: start, Sum: 1, Unit: "None" }]);
    const broken = { ...request, headers };
    assert.deepEqual(cloudWatch.service.requiredPermissions(broken).length, 1);
    const answer = await cloudWatch.service.handle(broken);
    assert.deepEqual(
      [answer.status, answer.headers["x-amzn-query-error"]],
      [400, "SerializationException;Sender"],
    );
  });

  it("answer errors with the codes of the older protocol in a header", async () => {
    const answer = await cloudWatch.service.handle(jsonRequest(targetPrefix, "PutMetricData"));
    assert.deepEqual(
      [answer.headers["x-amzn-query-error"], JSON.parse(answer.body.toString())],
      [
        "MissingParameter;Sender",
        { __type: "MissingRequiredParameterException", message: "The parameter Namespace is required." },
      ],
    );
    const denied = new AwsError("AccessDeniedException", "no", 403);
    const refusal = cloudWatch.service.renderError(denied, jsonRequest(targetPrefix, "ListMetrics"));
    assert.deepEqual([refusal.status, refusal.headers["x-amzn-query-error"]], [403, "AccessDenied;Sender"]);
  });

  const many = <T>(length: number, value: T) => Array.from({ length }, () => value);
  const member = "MetricData.member.1";
  const refused: readonly (readonly [title: string, input: object, code: string, message: string])[] = [
    ["no data", {}, "MissingRequiredParameterException", "The parameter MetricData is required."],
    [
      "1001 metrics",
      { MetricData: many(1001, datum) },
      "InvalidParameterValueException",
      "The collection MetricData must not have a size greater than 1000.",
    ],
    [
      "a namespace of AWS",
      { Namespace: "AWS/Lambda", MetricData: [datum] },
      "InvalidParameterValueException",
      "The value AWS/Lambda for parameter Namespace is invalid.",
    ],
    [
      "no name",
      { MetricData: [{ Value: 1 }] },
      "MissingRequiredParameterException",
      `The parameter ${member}.MetricName is required.`,
    ],
    [
      "no value",
      { MetricData: [{ MetricName: "m" }] },
      "MissingRequiredParameterException",
      `The parameter ${member}.Value is required.`,
    ],
    [
      "a value and a statistic set",
      { MetricData: [{ ...datum, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } }] },
      "InvalidParameterCombinationException",
      `The parameters ${member}.Value and ${member}.StatisticValues are mutually exclusive and you have specified both.`,
    ],
    [
      "a value that is too large",
      { MetricData: [{ ...datum, Value: 1e300 }] },
      "InvalidParameterValueException",
      `The value 1e+300 for parameter ${member}.Value is invalid.`,
    ],
    [
      "an unknown unit",
      { MetricData: [{ ...datum, Unit: "Metres" }] },
      "InvalidParameterValueException",
      `The value Metres for parameter ${member}.Unit is invalid.`,
    ],
    [
      "a time before the past two weeks",
      { MetricData: [{ ...datum, Timestamp: start - 14 * 86_400 - 1 }] },
      "InvalidParameterValueException",
      `The parameter ${member}.Timestamp must specify a time within the past two weeks.`,
    ],
    [
      "a time in the far future",
      { MetricData: [{ ...datum, Timestamp: start + 7201 }] },
      "InvalidParameterValueException",
      `The parameter ${member}.Timestamp must specify a time no more than two hours in the future.`,
    ],
    [
      "151 values",
      { MetricData: [{ MetricName: "m", Values: many(151, 1) }] },
      "InvalidParameterValueException",
      `The collection ${member}.Values must not have a size greater than 150.`,
    ],
    [
      "fewer counts than values",
      { MetricData: [{ MetricName: "m", Values: [1, 2], Counts: [1] }] },
      "InvalidParameterValueException",
      `The parameters ${member}.Values and ${member}.Counts must be of the same size.`,
    ],
    [
      "text for a number",
      { MetricData: [{ ...datum, Value: "1" }] },
      "SerializationException",
      `${member}.Value is not a number`,
    ],
  ];
  for (const [title, input, code, message] of refused) {
    it(`refuse ${title}, and keep nothing of the request`, async () => {
      const answer = await call("PutMetricData", { Namespace: "seed", ...input });
      assert.deepEqual(answer, { status: 400, body: { __type: code, message } });
      assert.deepEqual((await call("ListMetrics")).body, { Metrics: [] });
    });
  }

  it("refuse to show more than 1,440 data points, and periods that do not exist", async () => {
    assert.deepEqual(await statistics({ EndTime: start + 1500 * 60 }), {
      __type: "InvalidParameterCombinationException",
      message:
        "You have requested up to 1,500 datapoints, which exceeds the limit of 1,440. " +
        "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
    });
    assert.deepEqual(await statistics({ Period: 45 }), {
      __type: "InvalidParameterValueException",
      message: "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.",
    });
  });
});
