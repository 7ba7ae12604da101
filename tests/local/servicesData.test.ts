import { deepEqual, equal } from "node:assert/strict";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { silent } from "../../local/log";
import { createCloudWatch, type AlarmAction } from "../../local/services/cloudwatch";
import { createLogs } from "../../local/services/logs";
import { createSecretsManager } from "../../local/services/secretsManager";
import { account, jobsTable, startWithJobs, TestClock } from "../helpers/dynamodb";
import { jsonCaller } from "../helpers/jsonService";
import { stored } from "../helpers/stored";

const minute = 60_000;
const day = 24 * 60 * minute;

describe("After a stop and a start", () => {
  it("an alarm is in its state, tells nobody of it again, and sees what was measured before", async () => {
    const clock = new TestClock();
    const actions: AlarmAction[] = [];
    const start = () => {
      const onAction = (action: AlarmAction) => void actions.push(action);
      const cloudWatch = createCloudWatch({ account, clock, log: silent, emit: () => undefined, onAction });
      cloudWatch.putAlarm({
        ...{ AlarmName: "high", Namespace: "seed", MetricName: "test_m", Statistic: "Maximum" },
        ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
        TreatMissingData: "ignore",
        AlarmActions: ["arn:aws:sns:eu-west-1:000000000000:alarms"],
      });
      return { cloudWatch, call: jsonCaller(cloudWatch.service, "GraniteServiceVersion20100801") };
    };
    const before = start();
    const MetricData = [{ MetricName: "test_m", Value: 2 }];
    await before.call("PutMetricData", { Namespace: "seed", MetricData });
    equal(actions.length, 1);
    await before.cloudWatch.stop();
    const saved = stored(before.cloudWatch.save());
    clock.advance(5 * minute);
    const after = start();
    await after.cloudWatch.restore(saved);
    const { body } = await after.call("DescribeAlarms", {});
    const [{ StateValue }] = body["MetricAlarms"] as [{ StateValue: string }];
    clock.advance(minute);
    deepEqual([StateValue, actions.length], ["ALARM", 1]);
    const { body: statistics } = await after.call("GetMetricStatistics", {
      ...{ Namespace: "seed", MetricName: "test_m", Period: 60, Statistics: ["Maximum"] },
      ...{ StartTime: clock.now() / 1000 - 3600, EndTime: clock.now() / 1000 },
    });
    const datapoints = statistics["Datapoints"] as { Maximum: number }[];
    deepEqual(
      datapoints.map(({ Maximum }) => Maximum),
      [2],
    );
    await after.cloudWatch.stop();
  });

  it("a secret has its ARN and its values; one that the program gives anew becomes the current one", async () => {
    const clock = new TestClock();
    const name = "egress/platform-token";
    const before = createSecretsManager({ account, clock });
    const { arn } = before.createSecret({ name, secretString: "first" });
    const put = jsonCaller(before.service, "secretsmanager");
    await put("PutSecretValue", { SecretId: name, SecretString: "second" });
    /** The current value and the previous one, when the program gives that one. */
    const valuesAfter = async (secretString: string) => {
      const saved = stored(before.save());
      const after = createSecretsManager({ account, clock });
      await after.prepare?.(saved);
      equal(after.createSecret({ name, secretString }).arn, arn);
      await after.restore(saved);
      const call = jsonCaller(after.service, "secretsmanager");
      const valueAt = async (VersionStage: string) =>
        (await call("GetSecretValue", { SecretId: arn, VersionStage })).body["SecretString"];
      return [await valueAt("AWSCURRENT"), await valueAt("AWSPREVIOUS")];
    };
    deepEqual(await valuesAfter("first"), ["second", "first"]);
    deepEqual(await valuesAfter("third"), ["third", "second"]);
  });

  it("a log group has its events, and takes more into the same stream", async () => {
    const clock = new TestClock();
    const group = { logGroupName: "/aws/lambda/work" };
    const stream = { ...group, logStreamName: "one" };
    const start = () => {
      const logs = createLogs({ account, clock });
      logs.createLogGroup({ name: group.logGroupName });
      return { logs, call: jsonCaller(logs.service, "Logs_20140328") };
    };
    const before = start();
    await before.call("CreateLogStream", stream);
    await before.call("PutLogEvents", { ...stream, logEvents: [{ timestamp: clock.now(), message: "a" }] });
    const after = start();
    await after.logs.restore(stored(before.logs.save()));
    clock.advance(minute);
    await after.call("PutLogEvents", { ...stream, logEvents: [{ timestamp: clock.now(), message: "b" }] });
    const { body } = await after.call("FilterLogEvents", group);
    const events = body["events"] as { message: string }[];
    deepEqual(
      events.map(({ message }) => message),
      ["a", "b"],
    );
  });

  it("items whose time to live passed in the meantime are deleted, and the stream tells of it", async () => {
    const input = { ...jobsTable, TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true } };
    const before = await startWithJobs();
    const { streamArn = "" } = await before.dynamoDb.createTable(input);
    for (const [jobId, lifetime] of [
      ["short", minute],
      ["long", day],
    ] as const) {
      const expiresAt = { N: String((before.clock.now() + lifetime) / 1000) };
      const Item = { jobId: { S: jobId }, process: { S: "p" }, createdAt: { S: "1" }, expiresAt };
      await before.client.send(new PutItemCommand({ TableName: "jobs", Item }));
    }
    const saved = stored(await before.dynamoDb.save());
    await before.dynamoDb.stop();
    const { dynamoDb, client, clock } = await startWithJobs(saved);
    await dynamoDb.createTable(input);
    clock.advance(5 * minute);
    await dynamoDb.deleteExpired();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: "jobs" }));
    deepEqual(
      Items.map(({ jobId }) => jobId),
      [{ S: "long" }],
    );
    const reader = dynamoDb.streams.open(streamArn, "TRIM_HORIZON");
    const records = await reader.next(10, new AbortController().signal);
    deepEqual(
      records.map(({ eventName }) => eventName),
      ["INSERT", "INSERT", "REMOVE"],
    );
    await dynamoDb.stop();
  });
});
