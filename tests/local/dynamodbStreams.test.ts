import assert from "node:assert/strict";
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDbStreamRecord, StreamReader } from "../../local/services/dynamodb";
import { TableStream } from "../../local/services/dynamodb/tableStream";
import {
  call,
  jobsTable,
  startWithJobs,
  tableArn,
  TestClock,
  type RunningDynamoDb,
} from "../helpers/dynamodb";

const TableName = "jobs";
const Key = { jobId: { S: "1" } };
const streamArn = `${tableArn}/stream/2026-03-01T00:00:00.000`;
const signal = new AbortController().signal;

/** What the records say, without what differs from run to run. */
const changes = (records: readonly DynamoDbStreamRecord[]) =>
  records.map(({ eventName, dynamodb: { Keys, NewImage, OldImage } }) => ({
    eventName,
    Keys,
    NewImage,
    OldImage,
  }));

describe("A stream of a table", () => {
  let running: RunningDynamoDb;
  let reader: StreamReader;

  beforeEach(async () => {
    running = await startWithJobs();
    reader = running.dynamoDb.streams.open(streamArn, "TRIM_HORIZON");
  });

  afterEach(() => running.dynamoDb.stop());

  const put = (Item: Record<string, { S: string }>) =>
    running.client.send(new PutItemCommand({ TableName, Item }));

  it("has a record of each write as Lambda receives it", async () => {
    await put({ ...Key, status: { S: "SUBMITTED" } });
    const [record, ...others] = await reader.next(10, signal);
    assert.match(record?.eventID ?? "", /^[0-9a-f]{32}$/);
    assert.deepEqual(
      [record, others],
      [
        {
          eventID: record?.eventID,
          eventName: "INSERT",
          eventVersion: "1.1",
          eventSource: "aws:dynamodb",
          awsRegion: "eu-west-1",
          dynamodb: {
            ApproximateCreationDateTime: 1772323200,
            Keys: Key,
            NewImage: { ...Key, status: { S: "SUBMITTED" } },
            SequenceNumber: "177232320000000000001",
            SizeBytes: 27,
            StreamViewType: "NEW_AND_OLD_IMAGES",
          },
          eventSourceARN: streamArn,
        },
        [],
      ],
    );
  });

  it("tells insertion, modification and removal apart, in the order of the writes", async () => {
    const first = { ...Key, n: { S: "1" } };
    const second = { ...Key, n: { S: "2" } };
    await put(first);
    await put(second);
    await running.client.send(new DeleteItemCommand({ TableName, Key }));
    await running.client.send(new DeleteItemCommand({ TableName, Key }));
    assert.deepEqual(changes(await reader.next(10, signal)), [
      { eventName: "INSERT", Keys: Key, NewImage: first, OldImage: undefined },
      { eventName: "MODIFY", Keys: Key, NewImage: second, OldImage: first },
      { eventName: "REMOVE", Keys: Key, NewImage: undefined, OldImage: second },
    ]);
  });

  it("has no record of a write that changes nothing", async () => {
    const command = (members: string[]) =>
      new PutItemCommand({ TableName, Item: { ...Key, set: { SS: members }, n: { N: "1.0" } } });
    await running.client.send(command(["a", "b"]));
    await running.client.send(command(["b", "a"]));
    await running.client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "REMOVE absent" }));
    await put({ jobId: { S: "2" } });
    const records = await reader.next(10, signal);
    assert.deepEqual(
      records.map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys["jobId"]]),
      [
        ["INSERT", { S: "1" }],
        ["INSERT", { S: "2" }],
      ],
    );
  });

  it("keeps the order of concurrent updates of one item, each old image the new one before", async () => {
    const bump = () =>
      running.client.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        }),
      );
    await Promise.all(Array.from({ length: 50 }, bump));
    const records = await reader.next(100, signal);
    const counted = (image: "NewImage" | "OldImage") =>
      records.map(({ dynamodb }) => dynamodb[image]?.["n"] as { N: string } | undefined);
    const numbers = Array.from({ length: 50 }, (_, index) => ({ N: String(index + 1) }));
    assert.deepEqual(counted("NewImage"), numbers);
    assert.deepEqual(counted("OldImage"), [undefined, ...numbers.slice(0, -1)]);
    const sequence = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    assert.ok(sequence.every((number, index) => index === 0 || number > (sequence[index - 1] ?? 0n)));
  });

  it("has the writes of a batch", async () => {
    await put(Key);
    await running.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          jobs: [{ PutRequest: { Item: { jobId: { S: "2" } } } }, { DeleteRequest: { Key } }],
        },
      }),
    );
    const records = await reader.next(10, signal);
    assert.deepEqual(records.map(({ eventName }) => eventName).sort(), ["INSERT", "INSERT", "REMOVE"]);
  });

  for (const [viewType, images] of [
    ["KEYS_ONLY", {}],
    ["NEW_IMAGE", { NewImage: { ...Key, n: { S: "2" } } }],
    ["OLD_IMAGE", { OldImage: { ...Key, n: { S: "1" } } }],
  ] as const) {
    it(`shows with ${viewType} what that type has`, async () => {
      const { streamArn: arn } = await running.dynamoDb.createTable({
        ...jobsTable,
        TableName: "others",
        StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
      });
      const others = running.dynamoDb.streams.open(arn ?? "", "LATEST");
      for (const n of ["1", "2"]) {
        await running.client.send(new PutItemCommand({ TableName: "others", Item: { ...Key, n: { S: n } } }));
      }
      const [, record] = await others.next(10, signal);
      const { Keys, NewImage, OldImage, StreamViewType } = record?.dynamodb ?? {};
      assert.deepEqual(
        { Keys, ...(NewImage && { NewImage }), ...(OldImage && { OldImage }), StreamViewType },
        { Keys: Key, ...images, StreamViewType: viewType },
      );
    });
  }

  it("begins at the oldest record or after the newest", async () => {
    await put({ jobId: { S: "1" } });
    const oldest = running.dynamoDb.streams.open(streamArn, "TRIM_HORIZON");
    const latest = running.dynamoDb.streams.open(streamArn, "LATEST");
    await put({ jobId: { S: "2" } });
    const read = async (from: StreamReader) =>
      (await from.next(10, signal)).map(({ dynamodb }) => dynamodb.Keys["jobId"]);
    assert.deepEqual(await read(oldest), [{ S: "1" }, { S: "2" }]);
    assert.deepEqual(await read(latest), [{ S: "2" }]);
  });

  it("wakes a waiting reader at a write", async () => {
    const waiting = reader.next(10, signal);
    await put(Key);
    assert.deepEqual(changes(await waiting), [
      { eventName: "INSERT", Keys: Key, NewImage: Key, OldImage: undefined },
    ]);
  });

  it("lets a waiting reader go when its signal aborts or it is closed", async () => {
    const controller = new AbortController();
    const aborted = reader.next(10, controller.signal);
    controller.abort();
    assert.deepEqual(await aborted, []);
    const closed = reader.next(10, signal);
    reader.close();
    assert.deepEqual(await closed, []);
  });

  it("hands records out a batch at a time", async () => {
    for (const id of ["1", "2", "3"]) await put({ jobId: { S: id } });
    const sizes = [(await reader.next(2, signal)).length, (await reader.next(2, signal)).length];
    assert.deepEqual(sizes, [2, 1]);
  });

  it("can be disabled and enabled anew on the wire", async () => {
    const { service } = running.dynamoDb;
    const update = (StreamSpecification: object) =>
      call(service, "UpdateTable", { TableName, StreamSpecification });
    assert.equal((await update({ StreamEnabled: false })).status, 200);
    assert.throws(() => running.dynamoDb.streams.open(streamArn, "LATEST"), {
      name: "ResourceNotFoundException",
    });
    running.clock.advance(1000);
    assert.equal((await update({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" })).status, 200);
    const anew = running.dynamoDb.streams.open(`${tableArn}/stream/2026-03-01T00:00:01.000`, "LATEST");
    await put(Key);
    assert.equal((await anew.next(10, signal)).length, 1);
  });

  it("keeps what an open reader has not passed, and else a limited number of records", async () => {
    const stream = new TableStream({
      arn: streamArn,
      viewType: "KEYS_ONLY",
      region: "eu-west-1",
      clock: new TestClock(),
      retained: 2,
    });
    const table = { TableArn: tableArn, TableStatus: "ACTIVE", ...jobsTable } as const;
    const append = (id: string) =>
      stream.append({ table, oldItem: undefined, newItem: { jobId: { S: id } } }, undefined);
    const ids = async (from: StreamReader) =>
      (await from.next(10, signal)).map(({ dynamodb }) => dynamodb.Keys["jobId"]);
    const slow = stream.open("TRIM_HORIZON");
    for (const id of ["1", "2", "3", "4"]) append(id);
    assert.deepEqual(await ids(slow), [{ S: "1" }, { S: "2" }, { S: "3" }, { S: "4" }]);
    append("5");
    assert.deepEqual(await ids(stream.open("TRIM_HORIZON")), [{ S: "4" }, { S: "5" }]);
    assert.deepEqual(await ids(slow), [{ S: "5" }]);
  });
});
