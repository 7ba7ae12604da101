import assert from "node:assert/strict";
import type {
  AlarmConfiguration,
  Datapoint,
  MissingDataTreatment,
} from "../../local/services/cloudwatch/alarm";
import { evaluate, evaluationRange, isBreaching } from "../../local/services/cloudwatch/evaluate";
import { stateOf } from "../../local/services/cloudwatch/stateReason";

const now = Date.parse("2026-03-01T00:05:00.000Z");
const alarm: AlarmConfiguration = {
  name: "high",
  arn: "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:high",
  description: undefined,
  metric: { namespace: "seed", name: "test_m", dimensions: [] },
  statistic: "Average",
  period: 60,
  unit: undefined,
  evaluationPeriods: 3,
  datapointsToAlarm: undefined,
  threshold: 1,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: undefined,
  actionsEnabled: true,
  actions: { ALARM: [], OK: [], INSUFFICIENT_DATA: [] },
  updated: now,
};

/** `0` is within the threshold, `X` breaches, `-` is missing; the newest is the last. */
function range(points: string): readonly (Datapoint | undefined)[] {
  return [...points]
    .reverse()
    .map((point, index) =>
      point === "-"
        ? undefined
        : { start: now - (index + 1) * 60_000, value: point === "X" ? 2 : 0, sampleCount: 1 },
    );
}

const treatments: readonly MissingDataTreatment[] = ["missing", "ignore", "breaching", "notBreaching"];
/** Nothing is "stays as it is". The examples of AWS's documentation, and two beside them. */
const cases: readonly (readonly [needed: number, points: string, ...states: readonly string[]])[] = [
  [3, "0-X-X", "OK", "OK", "OK", "OK"],
  [3, "0----", "OK", "OK", "OK", "OK"],
  [3, "-----", "INSUFFICIENT_DATA", "", "ALARM", "OK"],
  [3, "0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [3, "--X--", "ALARM", "", "ALARM", "OK"],
  [3, "X----", "ALARM", "", "ALARM", "OK"],
  [3, "----X", "INSUFFICIENT_DATA", "", "ALARM", "OK"],
  [3, "X000X", "OK", "OK", "OK", "OK"],
  [2, "0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "00X0X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0-X--", "OK", "OK", "ALARM", "OK"],
  [2, "----0", "OK", "OK", "ALARM", "OK"],
  [2, "---X-", "ALARM", "", "ALARM", "OK"],
  [2, "---XX", "ALARM", "ALARM", "ALARM", "ALARM"],
];

describe("An alarm's evaluation", () => {
  it("looks at two periods more than it evaluates", () => assert.equal(evaluationRange(alarm), 5));

  for (const [needed, points, ...states] of cases) {
    treatments.forEach((treatMissingData, index) => {
      const expected = states[index] || undefined;
      it(`of ${points} by ${needed} of 3 with missing data as ${treatMissingData} is ${expected ?? "no change"}`, () => {
        const configured = { ...alarm, datapointsToAlarm: needed, treatMissingData };
        assert.equal(evaluate(configured, range(points)).value, expected);
      });
    });
  }

  it("ignores missing data of DynamoDB's metrics", () => {
    const metric = { ...alarm.metric, namespace: "AWS/DynamoDB" };
    assert.equal(
      evaluate({ ...alarm, metric, treatMissingData: "breaching" }, range("-----")).value,
      undefined,
    );
  });

  for (const [comparisonOperator, ...breaching] of [
    ["GreaterThanOrEqualToThreshold", false, true, true],
    ["GreaterThanThreshold", false, false, true],
    ["LessThanThreshold", true, false, false],
    ["LessThanOrEqualToThreshold", true, true, false],
  ] as const) {
    it(`compares by ${comparisonOperator}`, () => {
      const found = [0, 1, 2].map((value) => isBreaching({ comparisonOperator, threshold: 1 }, value));
      assert.deepEqual(found, breaching);
    });
  }
});

const reasons: readonly (readonly [change: Partial<AlarmConfiguration>, points: string, reason: string])[] = [
  [
    {},
    "00XXX",
    "Threshold Crossed: 3 datapoints [2.0 (01/03/26 00:04:00), 2.0 (01/03/26 00:03:00), 2.0 (01/03/26 00:02:00)] " +
      "were greater than the threshold (1.0).",
  ],
  [
    {},
    "00X0X",
    "Threshold Crossed: 1 datapoint [0.0 (01/03/26 00:03:00)] was not greater than the threshold (1.0).",
  ],
  [
    { datapointsToAlarm: 2 },
    "00X0X",
    "Threshold Crossed: 2 out of the last 3 datapoints [2.0 (01/03/26 00:04:00), 2.0 (01/03/26 00:02:00)] " +
      "were greater than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).",
  ],
  [
    { datapointsToAlarm: 1, treatMissingData: "notBreaching" },
    "----X",
    "Threshold Crossed: 1 out of the last 3 datapoints [2.0 (01/03/26 00:04:00)] was greater than the threshold (1.0) " +
      "and 2 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).",
  ],
  [
    { treatMissingData: "breaching", threshold: 12_345_678 },
    "-----",
    "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].",
  ],
  [
    { threshold: 12_345_678, comparisonOperator: "LessThanOrEqualToThreshold", evaluationPeriods: 1 },
    "0",
    "Threshold Crossed: 1 datapoint [0.0 (01/03/26 00:04:00)] was less than or equal to the threshold (1.2345678E7).",
  ],
  [{}, "-----", "Insufficient Data: 3 datapoints were unknown."],
];

describe("The reason of an alarm's state", () => {
  for (const [change, points, reason] of reasons) {
    it(`is «${reason}»`, () => {
      const configured = { ...alarm, ...change };
      const outcome = evaluate(configured, range(points));
      const value = outcome.value ?? assert.fail("no state");
      assert.equal(stateOf({ alarm: configured, outcome, value, now, newest: now - 60_000 }).reason, reason);
    });
  }
});
