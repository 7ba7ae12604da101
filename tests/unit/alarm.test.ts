import { deepEqual, equal, match, throws } from "node:assert/strict";
import {
  alarmNameOf,
  alarmParameters,
  hasOpened,
  type AlarmState,
  type Condition,
} from "../../functions/lib/alarm";
import { derivedJobId } from "../../functions/lib/derivedJobId";
import { alarmEvent, reasonData } from "../helpers/alarmEvents";

const above: Condition = { comparison: ">", threshold: 1 };

describe("An alarm", () => {
  const changes: [from: AlarmState["value"], to: AlarmState["value"], opened: boolean][] = [
    ["OK", "ALARM", true],
    ["INSUFFICIENT_DATA", "ALARM", true],
    ["ALARM", "ALARM", false],
    ["ALARM", "OK", false],
    ["ALARM", "INSUFFICIENT_DATA", false],
    ["OK", "INSUFFICIENT_DATA", false],
    ["INSUFFICIENT_DATA", "OK", false],
  ];
  for (const [from, to, opened] of changes) {
    it(`has ${opened ? "" : "not "}opened when it went from ${from} to ${to}`, () => {
      equal(hasOpened(alarmEvent("energy-jobs", { value: to }, from)), opened);
    });
  }

  it("is named after its trigger and the table of jobs", () => {
    equal(alarmNameOf("energy", "jobs-67bd8da"), "energy-jobs-67bd8da");
  });
});

describe("The parameters that an alarm gives", () => {
  it("are its name, the value that opened it, the time and the reason", () => {
    deepEqual(alarmParameters(alarmEvent("energy-jobs", { reasonData: reasonData([0, 2.5]) }), above), {
      alarm: "energy-jobs",
      value: 2.5,
      time: "2026-03-01T00:00:12.345Z",
      reason: "Threshold Crossed: 1 datapoint [2.0]",
    });
  });

  const values: [title: string, reasonData: string | undefined, condition: Condition, value: unknown][] = [
    ["the newest, whatever their order", reasonData([1, 3], [3, 5], [2, 4]), above, 5],
    ["the newest that meets the condition", reasonData([3, 0], [2, 4], [1, 3]), above, 4],
    ["one that is just the threshold", reasonData([1, 1]), { comparison: ">=", threshold: 1 }, 1],
    ["one below", reasonData([2, 1], [1, 0.5]), { comparison: "<", threshold: 1 }, 0.5],
    ["one at the threshold, from below", reasonData([1, 1]), { comparison: "<=", threshold: 1 }, 1],
    ["zero", reasonData([1, 0]), { comparison: "<", threshold: 1 }, 0],
    ["none where data are missing", reasonData([2], [1]), above, undefined],
    ["the one there is beside missing data", reasonData([2], [1, 7]), above, 7],
    ["none where a person opened it", undefined, above, undefined],
    ["none where a person opened it with data of their own", '{"evaluatedDatapoints":7}', above, undefined],
  ];
  for (const [title, data, condition, value] of values) {
    it(`have for their value ${title}`, () => {
      const event = alarmEvent("energy-jobs", data === undefined ? {} : { reasonData: data });
      equal(alarmParameters(event, condition)["value"], value);
    });
  }

  it("cannot be told without a time", () => {
    const event = alarmEvent("energy-jobs", { timestamp: "yesterday" });
    throws(() => alarmParameters(event, above), {
      message: 'the state\'s timestamp is "yesterday", which is no time',
    });
  });
});

describe("A derived job id", () => {
  const time = Date.parse("2026-03-01T00:00:12.345Z");

  it("is a UUIDv7 of its time", () => {
    const id = derivedJobId("arn:alarm", time);
    match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    equal(Number.parseInt(id.replace("-", "").slice(0, 12), 16), time);
  });

  it("is the same for the same cause and time, and another for any other", () => {
    const ids = [
      derivedJobId("arn:alarm", time),
      derivedJobId("arn:alarm", time),
      derivedJobId("arn:other", time),
      derivedJobId("arn:alarm", time + 1),
    ];
    equal(ids[0], ids[1]);
    equal(new Set(ids).size, 3);
    deepEqual([...ids].sort()[3], ids[3]);
  });
});
