import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../local/services/service";
import {
  call,
  jobsTable,
  parse,
  requestOf,
  startWithJobs,
  tableArn,
  type RunningDynamoDb,
} from "../helpers/dynamodb";

const TableName = "jobs";
const Key = { jobId: { S: "1" } };
const conditionFailed = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";

describe("The local DynamoDB", () => {
  let running: RunningDynamoDb;

  beforeEach(async () => {
    running = await startWithJobs();
  });

  afterEach(() => running.dynamoDb.stop());

  const put = (Item: Record<string, AttributeValue>) =>
    running.client.send(new PutItemCommand({ TableName, Item }));

  const update = async (input: Partial<UpdateItemCommandInput>) => {
    const command = new UpdateItemCommand({ TableName, Key, ReturnValues: "ALL_NEW", ...input });
    return (await running.client.send(command)).Attributes;
  };

  const refused = (operation: string, input: object) =>
    call(running.dynamoDb.service, operation, { TableName, ...input });

  it("describes a table in its own account and region, with its stream", async () => {
    const { Table } = await running.client.send(new DescribeTableCommand({ TableName }));
    assert.deepEqual(
      [Table?.TableArn, Table?.TableStatus, Table?.LatestStreamArn, Table?.StreamSpecification],
      [
        tableArn,
        "ACTIVE",
        `${tableArn}/stream/2026-03-01T00:00:00.000`,
        { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      ],
    );
  });

  it("lets one of two concurrent conditional puts win", async () => {
    const attempt = (owner: string) =>
      running.client.send(
        new PutItemCommand({
          TableName,
          Item: { ...Key, owner: { S: owner } },
          ConditionExpression: "attribute_not_exists(jobId)",
        }),
      );
    const outcomes = await Promise.allSettled([attempt("a"), attempt("b")]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const [failure] = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as unknown] : [],
    );
    assert.ok(failure instanceof ConditionalCheckFailedException);
    const { Item } = await running.client.send(new GetItemCommand({ TableName, Key }));
    assert.deepEqual(Item, {
      ...Key,
      owner: { S: outcomes[0]?.status === "fulfilled" ? "a" : "b" },
    });
  });

  for (const [operation, input] of [
    ["PutItem", { Item: Key, ConditionExpression: "attribute_not_exists(jobId)" }],
    ["UpdateItem", { Key, UpdateExpression: "REMOVE x", ConditionExpression: "attribute_not_exists(jobId)" }],
    ["DeleteItem", { Key, ConditionExpression: "attribute_not_exists(jobId)" }],
  ] as const) {
    it(`shows the item that failed the condition of ${operation} when asked to`, async () => {
      await put({ ...Key, status: { S: "RUNNING" } });
      const message = "The conditional request failed";
      assert.deepEqual(await refused(operation, input), {
        status: 400,
        body: { __type: conditionFailed, message },
      });
      assert.deepEqual(
        await refused(operation, { ...input, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
        {
          status: 400,
          body: { __type: conditionFailed, message, Item: { ...Key, status: { S: "RUNNING" } } },
        },
      );
    });
  }

  it("updates nested attributes, counters and lists as AWS does", async () => {
    const names = { "#steps": "steps", "#a": "a", "#status": "status" };
    await put({ ...Key, steps: { M: { a: { M: {} } } }, parts: { L: [{ N: "0" }, { N: "1" }, { N: "2" }] } });
    const item = await update({
      UpdateExpression:
        "SET #steps.#a.#status = :s, n = if_not_exists(n, :zero) + :one, more = list_append(:l, :l), parts[2] = :s REMOVE parts[0], parts[1] ADD c :one",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ":s": { S: "RUNNING" },
        ":zero": { N: "0" },
        ":one": { N: "1" },
        ":l": { L: [{ S: "" }] },
      },
    });
    assert.deepEqual(item, {
      ...Key,
      steps: { M: { a: { M: { status: { S: "RUNNING" } } } } },
      parts: { L: [{ S: "RUNNING" }] },
      n: { N: "1" },
      more: { L: [{ S: "" }, { S: "" }] },
      c: { N: "1" },
    });
  });

  const validation = "com.amazon.coral.validate#ValidationException";
  for (const [rule, operation, input, message] of [
    [
      "a path whose parent is missing",
      "UpdateItem",
      { Key, UpdateExpression: "SET steps.a = :s", ExpressionAttributeValues: { ":s": { S: "" } } },
      "The document path provided in the update expression is invalid for update",
    ],
    [
      "a change of the key",
      "UpdateItem",
      { Key, UpdateExpression: "SET jobId = :s", ExpressionAttributeValues: { ":s": { S: "2" } } },
      "One or more parameter values were invalid: Cannot update attribute jobId. This attribute is part of the key",
    ],
    [
      "a reserved word as a name",
      "UpdateItem",
      { Key, UpdateExpression: "SET status = :s", ExpressionAttributeValues: { ":s": { S: "2" } } },
      "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status",
    ],
    [
      "a value that the expression does not use",
      "PutItem",
      {
        Item: Key,
        ConditionExpression: "attribute_not_exists(jobId)",
        ExpressionAttributeValues: { ":s": { S: "" } },
      },
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:s}",
    ],
    [
      "a key of an index with the wrong type",
      "PutItem",
      { Item: { ...Key, createdAt: { N: "1" } } },
      "One or more parameter values were invalid: Type mismatch for Index Key createdAt Expected: S Actual: N IndexName: byProcess",
    ],
    [
      "an unknown value of ReturnValuesOnConditionCheckFailure",
      "PutItem",
      { Item: Key, ReturnValuesOnConditionCheckFailure: "ALL_NEW" },
      "1 validation error detected: Value 'ALL_NEW' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]",
    ],
    [
      "a stream without a view type",
      "CreateTable",
      { ...jobsTable, TableName: "others", StreamSpecification: { StreamEnabled: true } },
      "One or more parameter values were invalid: Table is being created with a stream enabled, UpdateViewType is required",
    ],
    [
      "a second stream on a table",
      "UpdateTable",
      { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } },
      "Table already has an enabled stream: TableName: jobs",
    ],
  ] as const) {
    it(`refuses ${rule}`, async () => {
      assert.deepEqual(await refused(operation, input), {
        status: 400,
        body: { __type: validation, message },
      });
    });
  }

  it("queries an index backwards, page by page, with a filter", async () => {
    for (const n of ["1", "2", "3", "4", "5"]) {
      await put({
        jobId: { S: n },
        process: { S: "p" },
        createdAt: { S: n },
        client: { S: n === "4" ? "b" : "a" },
      });
    }
    await put({ jobId: { S: "6" }, process: { S: "q" }, createdAt: { S: "6" }, client: { S: "a" } });
    const pages: (string | undefined)[][] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await running.client.send(
        new QueryCommand({
          TableName,
          IndexName: "byProcess",
          KeyConditionExpression: "#process = :p",
          FilterExpression: "client = :c",
          ExpressionAttributeNames: { "#process": "process" },
          ExpressionAttributeValues: { ":p": { S: "p" }, ":c": { S: "a" } },
          ScanIndexForward: false,
          Limit: 2,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      pages.push((page.Items ?? []).map((item) => item["jobId"]?.S));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    assert.deepEqual(pages, [["5"], ["3", "2"], ["1"]]);
  });

  it("survives an expression that dynalite fails on, and leaves no lock behind", async () => {
    await put({ ...Key, n: { N: "1" } });
    const between = { ExpressionAttributeValues: { ":n": { N: "0" } } };
    const faulty = requestOf("UpdateItem", {
      TableName,
      Key,
      UpdateExpression: "REMOVE x",
      ConditionExpression: "n BETWEEN :n AND absent",
      ...between,
    });
    await assert.rejects(running.dynamoDb.service.handle(faulty), TypeError);
    const scan = requestOf("Scan", { TableName, FilterExpression: "n BETWEEN :n AND absent", ...between });
    await assert.rejects(running.dynamoDb.service.handle(scan), TypeError);
    assert.deepEqual(await update({ UpdateExpression: "REMOVE n" }), Key);
  });

  it("creates, tags and deletes a table on the wire", async () => {
    const { service } = running.dynamoDb;
    const created = (await call(service, "CreateTable", {
      ...jobsTable,
      TableName: "others",
      Tags: [{ Key: "team", Value: "a" }],
    })) as { status: number; body: { TableDescription: { TableStatus: string } } };
    assert.deepEqual([created.status, created.body.TableDescription.TableStatus], [200, "CREATING"]);
    assert.deepEqual(await call(service, "CreateTable", { ...jobsTable, TableName: "others" }), {
      status: 400,
      body: {
        __type: "com.amazonaws.dynamodb.v20120810#ResourceInUseException",
        message: "Table already exists: others",
      },
    });
    const ResourceArn = tableArn.replace("jobs", "others");
    assert.deepEqual(await call(service, "ListTagsOfResource", { ResourceArn }), {
      status: 200,
      body: { Tags: [{ Key: "team", Value: "a" }] },
    });
    await running.dynamoDb.createTable({ ...jobsTable, TableName: "others" });
    assert.equal((await call(service, "DeleteTable", { TableName: "others" })).status, 200);
  });

  it("needs the operation on each table or index that is named", () => {
    const needs = (operation: string, input: object) =>
      running.dynamoDb.service.requiredPermissions(requestOf(operation, input));
    const permission = (action: string, resource: string) => ({ action: `dynamodb:${action}`, resource });
    assert.deepEqual(
      needs("PutItem", { TableName, ResourceArn: "arn:other", RequestItems: { others: [] } }),
      [permission("PutItem", tableArn)],
    );
    assert.deepEqual(needs("Query", { TableName }), [permission("Query", tableArn)]);
    assert.deepEqual(needs("Query", { TableName, IndexName: "byProcess" }), [
      permission("Query", `${tableArn}/index/byProcess`),
    ]);
    assert.deepEqual(needs("BatchWriteItem", { RequestItems: { jobs: [], others: [] } }), [
      permission("BatchWriteItem", tableArn),
      permission("BatchWriteItem", tableArn.replace("jobs", "others")),
    ]);
    assert.deepEqual(needs("ListTables", {}), [permission("ListTables", "*")]);
    assert.deepEqual(needs("TagResource", { ResourceArn: tableArn }), [permission("TagResource", tableArn)]);
    assert.deepEqual(needs("TransactWriteItems", { TableName }), []);
  });

  it("answers in AWS JSON 1.0 with a checksum, errors included", async () => {
    const { service } = running.dynamoDb;
    const answer = await service.handle(requestOf("GetItem", { TableName, Key }));
    assert.equal(answer.headers["content-type"], "application/x-amz-json-1.0");
    assert.equal(answer.headers["x-amz-crc32"], String(crc32(answer.body)));
    assert.deepEqual(parse(answer), {});
    const unknown = await service.handle(requestOf("TransactWriteItems", {}));
    assert.deepEqual(parse(unknown), {
      __type: "com.amazon.coral.service#UnknownOperationException",
      message: "the local cloud does not know TransactWriteItems",
    });
    const broken = await service.handle(requestOf("GetItem", "{"));
    assert.deepEqual(parse(broken), {
      __type: "com.amazon.coral.service#SerializationException",
      message: "the body is not a JSON object",
    });
    const denial = new AwsError("AccessDeniedException", "User: x is not authorized");
    assert.deepEqual(parse(service.renderError(denial, requestOf("GetItem", {}))), {
      __type: "com.amazon.coral.service#AccessDeniedException",
      Message: "User: x is not authorized",
    });
  });
});
