import { deepEqual, equal } from "node:assert/strict";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "../../functions/lib/job";
import { derivedJobId } from "../../functions/lib/derivedJobId";
import { alarmEvent, reasonData } from "../helpers/alarmEvents";
import { callCloudWatch, putMetric } from "../helpers/cloudWatch";
import { sharedRelay, type Relay } from "../helpers/relay";
import { signedInvoke } from "../helpers/signedInvoke";

describe("A metric", () => {
  let relay: Relay;
  let database: DynamoDBClient;
  let alarm = "";
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    database = new DynamoDBClient(relay.clientConfig);
    alarm = `energy-${String(relay.cloud.outputs["jobsTable"])}`;
  });
  after(() => database.destroy());

  const put = (value: number) => putMetric(relay, "Custom", "test_m", value);
  const close = () =>
    callCloudWatch(relay, "SetAlarmState", { AlarmName: alarm, StateValue: "OK", StateReason: "fell" });

  const parametersOf = (job?: JobRecord) => JSON.parse(job?.parameters ?? "{}") as Record<string, unknown>;

  /** The jobs that alarms have started, oldest first. */
  const started = async (): Promise<JobRecord[]> => {
    const { Items = [] } = await database.send(
      new ScanCommand({
        TableName: String(relay.cloud.outputs["jobsTable"]),
        FilterExpression: "#source = :alarm",
        ExpressionAttributeNames: { "#source": "source" },
        ExpressionAttributeValues: { ":alarm": { S: "alarm" } },
        ConsistentRead: true,
      }),
    );
    const jobs = Items.map((item) => unmarshall(item) as JobRecord);
    return jobs.sort((a, b) => a.jobId.localeCompare(b.jobId));
  };
  const startedJobs = (count: number) =>
    relay.eventually(`${count} jobs of the alarm`, async () => {
      const jobs = await started();
      return jobs.length >= count ? jobs : undefined;
    });

  it("starts a job when it meets the condition, and another when it falls and does so again, not in between", async () => {
    await put(1);
    await put(2);
    const [first] = await startedJobs(1);
    await put(3);
    await close();
    await put(4);
    const jobs = await startedJobs(2);
    equal(jobs.length, 2);
    deepEqual(
      [first?.process, first?.requestedBy.split(":").slice(5).join(":"), parametersOf(first)["alarm"]],
      ["alarmed", `alarm:${alarm}`, alarm],
    );
    equal(parametersOf(first)["value"], 2);
    for (const { jobId } of jobs) await relay.jobThatIs("SUCCEEDED", jobId);
    equal((await relay.notificationsOf(first?.jobId ?? "")).length, 1);
  });

  it("starts one job by an opening that CloudWatch tells of twice", async () => {
    const timestamp = "2026-03-01T00:00:12.345+0000";
    const event = alarmEvent(alarm, { reasonData: reasonData([0, 2]), timestamp });
    const statuses = [];
    for (let time = 1; time <= 2; time++) statuses.push(await signedInvoke(relay, "start-alarm-jobs", event));
    deepEqual(statuses, [202, 202]);
    const jobId = derivedJobId(event.alarmArn, Date.parse("2026-03-01T00:00:12.345Z"));
    await relay.jobThatIs("SUCCEEDED", jobId);
    const jobs = (await started()).filter((job) => parametersOf(job)["time"] === "2026-03-01T00:00:12.345Z");
    deepEqual(
      jobs.map((job) => job.jobId),
      [jobId],
    );
  });
});
