import assert from "node:assert/strict";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { call, jobsTable, startWithJobs, type RunningDynamoDb } from "../helpers/dynamodb";
import { stored } from "../helpers/stored";

const Item = { jobId: { S: "1" }, process: { S: "p" }, createdAt: { S: "1" } };
const timeToLive = { TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true } };

describe("The saved state of DynamoDB", () => {
  let running: RunningDynamoDb;

  beforeEach(async () => {
    running = await startWithJobs();
  });

  afterEach(async () => {
    await running.dynamoDb.stop();
  });

  const restart = async () => {
    const saved = stored(await running.dynamoDb.save());
    await running.dynamoDb.stop();
    running = await startWithJobs(saved);
  };

  it("keeps tables, items, streams and time to live over a restart", async () => {
    const before = await running.dynamoDb.createTable({ ...jobsTable, ...timeToLive });
    await running.client.send(new PutItemCommand({ TableName: "jobs", Item }));
    await restart();
    assert.deepEqual(await running.dynamoDb.createTable({ ...jobsTable, ...timeToLive }), before);
    const got = await running.client.send(
      new GetItemCommand({ TableName: "jobs", Key: { jobId: { S: "1" } } }),
    );
    assert.deepEqual(got.Item, Item);
    const reader = running.dynamoDb.streams.open(before.streamArn ?? "", "TRIM_HORIZON");
    await running.client.send(new PutItemCommand({ TableName: "jobs", Item: { ...Item, x: { S: "x" } } }));
    const records = await reader.next(10, new AbortController().signal);
    const changes = records.map(({ eventName, dynamodb }) => [eventName, dynamodb.OldImage]);
    assert.deepEqual(changes, [
      ["INSERT", undefined],
      ["MODIFY", Item],
    ]);
    const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    assert.deepEqual(numbers, [...new Set(numbers)].sort());
  });

  it("keeps the place of a stream's reader, so that no record comes twice and none is lost", async () => {
    const put = (jobId: string) =>
      running.client.send(new PutItemCommand({ TableName: "jobs", Item: { ...Item, jobId: { S: jobId } } }));
    const { streamArn = "" } = await running.dynamoDb.createTable(jobsTable);
    const { signal } = new AbortController();
    const before = running.dynamoDb.streams.open(streamArn, "TRIM_HORIZON");
    await put("1");
    await put("2");
    await before.next(1, signal);
    const { position } = before;
    await restart();
    const after = running.dynamoDb.streams.open(streamArn, "LATEST");
    after.seek(position);
    await put("3");
    const ids = (await after.next(10, signal)).map(({ dynamodb }) => dynamodb.Keys["jobId"]);
    assert.deepEqual(ids, [{ S: "2" }, { S: "3" }]);
  });

  const { GlobalSecondaryIndexes, ...rest } = jobsTable;
  const [index] = GlobalSecondaryIndexes;
  const changes: readonly (readonly [title: string, input: JsonObject, change: string])[] = [
    [
      "another projection",
      {
        ...jobsTable,
        GlobalSecondaryIndexes: [
          { ...index, Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["status"] } },
        ],
      },
      "the global index byProcess: process (HASH), createdAt (RANGE) with ALL before, " +
        "process (HASH), createdAt (RANGE) with INCLUDE status now",
    ],
    [
      "another name of its index",
      { ...jobsTable, GlobalSecondaryIndexes: [{ ...index, IndexName: "byTime" }] },
      "the global index byProcess is gone; the global index byTime is new",
    ],
    [
      "another key",
      {
        ...rest,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      },
      "the key: jobId (HASH) before, id (HASH) now; " +
        "the attribute types: createdAt (S), jobId (S), process (S) before, id (N) now; " +
        "the global index byProcess is gone",
    ],
  ];
  for (const [title, input, change] of changes) {
    it(`refuses a table of the same name with ${title}, and says what changed and what helps`, () =>
      assert.rejects(running.dynamoDb.createTable(input), {
        name: "ResourceInUseException",
        message:
          "The table jobs of the data folder has other keys or indexes than the program gives it: " +
          `${change}. The local cloud cannot change them: start without --data, or remove the folder.`,
      }));
  }

  it("follows the stream that the table is given now", async () => {
    const { StreamSpecification, ...withoutStream } = jobsTable;
    assert.deepEqual(Object.keys(await running.dynamoDb.createTable(withoutStream)), ["tableArn"]);
    running.clock.advance(1000);
    const { streamArn } = await running.dynamoDb.createTable({ ...withoutStream, StreamSpecification });
    assert.match(streamArn ?? "", /stream\/2026-03-01T00:00:01\.000$/);
    const { status } = await call(running.dynamoDb.service, "DescribeTable", { TableName: "jobs" });
    assert.equal(status, 200);
  });
});
