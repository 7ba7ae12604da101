import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { call, jobsTable, startWithJobs, tableArn, type RunningDynamoDb } from "../helpers/dynamodb";

const TableName = "jobs";
const specification = { AttributeName: "expiresAt", Enabled: true };
const validation = "com.amazon.coral.validate#ValidationException";

describe("Time to live", () => {
  let running: RunningDynamoDb;

  beforeEach(async () => {
    running = await startWithJobs();
    await running.dynamoDb.createTable({ ...jobsTable, TimeToLiveSpecification: specification });
  });

  afterEach(() => running.dynamoDb.stop());

  const put = (id: string, expiresAt: string) =>
    running.client.send(
      new PutItemCommand({ TableName, Item: { jobId: { S: id }, expiresAt: { N: expiresAt } } }),
    );

  const ids = async () => {
    const { Items = [] } = await running.client.send(new ScanCommand({ TableName }));
    return Items.map((item) => item["jobId"]?.S).sort();
  };

  const setTo = (TimeToLiveSpecification: object) =>
    call(running.dynamoDb.service, "UpdateTimeToLive", { TableName, TimeToLiveSpecification });

  it("deletes items whose time has passed, with records of DynamoDB's own", async () => {
    const now = running.clock.now() / 1000;
    const reader = running.dynamoDb.streams.open(`${tableArn}/stream/2026-03-01T00:00:00.000`, "LATEST");
    await put("past", String(now - 1));
    await put("future", String(now + 1));
    await put("longPast", String(now - 6 * 365 * 24 * 60 * 60));
    await running.client.send(new PutItemCommand({ TableName, Item: { jobId: { S: "none" } } }));
    await running.dynamoDb.deleteExpired();
    assert.deepEqual(await ids(), ["future", "longPast", "none"]);
    const records = await reader.next(10, new AbortController().signal);
    const { eventName, userIdentity, dynamodb } = records.at(-1) ?? {};
    assert.deepEqual(
      [records.length, eventName, userIdentity, dynamodb?.OldImage],
      [
        5,
        "REMOVE",
        { type: "Service", principalId: "dynamodb.amazonaws.com" },
        { jobId: { S: "past" }, expiresAt: { N: String(now - 1) } },
      ],
    );
    assert.equal(records[0]?.userIdentity, undefined);
  });

  it("sweeps every minute until it is stopped", async () => {
    const reader = running.dynamoDb.streams.open(`${tableArn}/stream/2026-03-01T00:00:00.000`, "LATEST");
    const { signal } = new AbortController();
    for (const id of ["1", "2"]) {
      await put(id, String(running.clock.now() / 1000));
      running.clock.advance(60_000);
      const names = [await reader.next(1, signal), await reader.next(1, signal)].flat();
      assert.deepEqual(
        names.map(({ eventName }) => eventName),
        ["INSERT", "REMOVE"],
      );
      // The sweep arms the next one when it ends.
      while (running.clock.pending === 0) await setImmediate();
    }
    await running.dynamoDb.stop();
    assert.equal(running.clock.pending, 0);
  });

  it("is described and switched off on the wire", async () => {
    const describe = async () =>
      (await call(running.dynamoDb.service, "DescribeTimeToLive", { TableName })).body;
    assert.deepEqual(await describe(), {
      TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" },
    });
    assert.deepEqual(await setTo({ ...specification, Enabled: false }), {
      status: 200,
      body: { TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: false } },
    });
    assert.deepEqual(await describe(), { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } });
    assert.deepEqual(await setTo({ ...specification, Enabled: false }), {
      status: 400,
      body: { __type: validation, message: "TimeToLive is already disabled" },
    });
  });

  for (const [AttributeName, message] of [
    ["expiresAt", "TimeToLive is already enabled"],
    ["other", "TimeToLive is active on a different AttributeName: current AttributeName is expiresAt"],
  ] as const) {
    it(`cannot be enabled on ${AttributeName} while it is on expiresAt`, async () => {
      assert.deepEqual(await setTo({ AttributeName, Enabled: true }), {
        status: 400,
        body: { __type: validation, message },
      });
    });
  }
});
