import { deepEqual, rejects } from "node:assert/strict";
import type { AlarmEvent } from "../../functions/lib/alarm";
import { derivedJobId } from "../../functions/lib/derivedJobId";
import { startAlarmJobs } from "../../functions/startAlarmJobs";
import { alarmEvent, reasonData } from "../helpers/alarmEvents";
import { loggedBy } from "../helpers/loggedBy";
import { HandlerBench } from "../helpers/handlerBench";

const parameters = { type: "object", properties: { value: { type: "number" } }, required: ["value"] };
const processes = { "forecast-energy": { parameters, steps: ["forecast", "approval"] } };
const condition = { comparison: ">", threshold: 1 } as const;
const opened = { reasonData: reasonData([0, 2]) };

describe("An event of an alarm, at the function", () => {
  let bench: HandlerBench;
  let handler: (event: AlarmEvent) => Promise<void>;
  let name = "";
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("alarms");
    const triggers = {
      energy: { process: "forecast-energy", condition },
      gone: { process: "none", condition },
    };
    const { tableName } = bench;
    handler = startAlarmJobs({ tableName, processes, triggers, retentionDays: 7 });
    name = `energy-${tableName}`;
  });
  after(() => bench.close());

  it("records a job with what the alarm says, once, however often it comes", async () => {
    const event = alarmEvent(name, opened);
    const jobId = derivedJobId(event.alarmArn, Date.parse("2026-03-01T00:00:12.345Z"));
    const { log } = await bench.handle(handler, event);
    const job = await bench.job(jobId);
    const { createdAt } = job;
    deepEqual(job, {
      jobId,
      process: "forecast-energy",
      status: "SUBMITTED",
      parameters: JSON.stringify({
        alarm: name,
        value: 2,
        time: "2026-03-01T00:00:12.345Z",
        reason: "Threshold Crossed: 1 datapoint [2.0]",
      }),
      source: "alarm",
      requestedBy: event.alarmArn,
      createdAt,
      updatedAt: createdAt,
      steps: { forecast: { status: "PENDING" }, approval: { status: "PENDING" } },
      expiresAt: Math.floor(Date.parse(createdAt) / 1000) + 7 * 86_400,
    });
    const line = { level: "INFO", jobId, process: "forecast-energy", status: "SUBMITTED" };
    deepEqual(log, [{ ...line, message: "job submitted" }]);
    const again = await bench.handle(handler, event);
    deepEqual(again.log, [{ ...line, message: "job was submitted already" }]);
    deepEqual(await bench.job(jobId), job);
  });

  it("records another job when the alarm opens again, with whatever value", async () => {
    const again = { reasonData: reasonData([59, 2 ** 60]), timestamp: "2026-03-01T01:00:00.000+0000" };
    const event = alarmEvent(name, again);
    await bench.handle(handler, event);
    const job = await bench.job(derivedJobId(event.alarmArn, Date.parse("2026-03-01T01:00:00.000Z")));
    const { time, value } = JSON.parse(job.parameters) as { time: string; value: number };
    deepEqual([time, value], ["2026-03-01T01:00:00.000Z", 2 ** 60]);
  });

  const quiet: [title: string, event: () => AlarmEvent, from: string, to: string][] = [
    ["the alarm closes", () => alarmEvent(name, { value: "OK" }, "ALARM"), "ALARM", "OK"],
    ["the alarm was open already", () => alarmEvent(name, opened, "ALARM"), "ALARM", "ALARM"],
    [
      "it belongs to no trigger and closes",
      () => alarmEvent("other", { value: "OK" }, "ALARM"),
      "ALARM",
      "OK",
    ],
  ];
  for (const [title, event, from, to] of quiet) {
    it(`does nothing when ${title}`, async () => {
      const { alarmName } = event().alarmData;
      const { log } = await bench.handle(handler, event());
      deepEqual(log, [{ level: "INFO", message: "alarm has not opened", alarm: alarmName, from, to }]);
    });
  }

  const thrown: [title: string, event: () => AlarmEvent, message: () => string][] = [
    [
      "its parameters do not match the schema",
      () => alarmEvent(name),
      () =>
        'The parameters do not match the schema of "forecast-energy". ' +
        '/parameters: Instance does not have required property "value".',
    ],
    [
      "its alarm belongs to no trigger",
      () => alarmEvent("other", opened),
      () => 'no trigger has the alarm "other"',
    ],
    [
      "the process left the catalogue",
      () => alarmEvent(`gone-${bench.tableName}`, opened),
      () => 'the process "none" is not in the catalogue',
    ],
  ];
  for (const [title, event, message] of thrown) {
    it(`is thrown, so that Lambda keeps it, when ${title}`, async () => {
      const { lines } = await loggedBy(() => rejects(handler(event()), { message: message() }));
      const [line] = lines;
      deepEqual(
        [lines.length, line?.message, line?.["alarm"], (line?.["error"] as Error | undefined)?.message],
        [1, "alarm started no job", event().alarmData.alarmName, message()],
      );
    });
  }
});
