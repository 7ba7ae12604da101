import assert from "node:assert/strict";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { EventSourceMappingInput } from "../../local/services/lambda";
import {
  deploy,
  failureQueueArn,
  sessionArn,
  startLambda,
  streamArn,
  workArn,
  type RunningLambda,
} from "../helpers/lambda";

const begin = Date.parse("2026-03-01T00:00:00Z") / 1000;

const record = (sequence: number, eventName = "INSERT", created = begin) => ({
  eventName,
  eventSourceARN: streamArn,
  dynamodb: { ApproximateCreationDateTime: created, SequenceNumber: String(sequence), Keys: {} },
});

/** Prints the batch, and fails if it holds a number of the list. */
const failOn = (...sequences: readonly number[]) => `
  const numbers = event.Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));
  console.log("batch " + numbers);
  if (numbers.some((number) => ${JSON.stringify(sequences)}.includes(number))) throw new Error("poison");`;

/** Prints the batch, and reports the numbers of the list as failed. */
const report = (...sequences: readonly number[]) => `
  const numbers = event.Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  console.log("batch " + numbers);
  const failed = numbers.filter((number) => ${JSON.stringify(sequences.map(String))}.includes(number));
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };`;

describe("An event source mapping of a stream", () => {
  let running: RunningLambda;

  beforeEach(() => {
    running = startLambda();
  });

  afterEach(() => running.lambda.stop());

  const map = (input: Partial<EventSourceMappingInput> = {}) =>
    running.lambda.createEventSourceMapping({
      functionName: "work",
      eventSourceArn: streamArn,
      startingPosition: "TRIM_HORIZON",
      destinationConfig: { onFailure: { destinationArn: failureQueueArn } },
      ...input,
    });

  /** The batches that the function was given, once there are so many. */
  const batches = async (count: number): Promise<readonly string[]> =>
    (await running.logged(/batch/, count)).map((line) => line.replace("[work] batch ", ""));

  /** The records that were sent to the failure destination, once there are so many. */
  const failures = async (count: number): Promise<readonly JsonObject[]> =>
    (await running.cloud.until("sqs SendMessage", count)).map(
      ({ input }) => JSON.parse(String(input["MessageBody"])) as JsonObject,
    );

  it("takes little from the stream while others go first", async () => {
    await running.lambda.stop();
    running = startLambda(undefined, { open: false, passed: () => Promise.resolve() });
    await deploy(running, failOn());
    running.streams.push(...[1, 2, 3, 4, 5, 6, 7].map((sequence) => record(sequence)));
    await map();
    assert.deepEqual(await batches(2), ["1,2,3,4,5", "6,7"]);
  });

  it("gives records to the function in order, in batches of its size", async () => {
    await deploy(running, failOn());
    running.streams.push(record(1), record(2), record(3));
    await map({ batchSize: 2 });
    assert.deepEqual(await batches(2), ["1,2", "3"]);
    assert.deepEqual(running.streams.opened, [`${streamArn} TRIM_HORIZON`]);
    await running.lambda.stop();
    assert.equal(running.streams.closed, 1);
  });

  it("gives the function the records as they are", async () => {
    await deploy(running, "console.log(JSON.stringify(event));");
    running.streams.push(record(1));
    await map();
    const [line = ""] = await running.logged(/Records/);
    assert.deepEqual(JSON.parse(line.replace("[work] ", "")), { Records: [record(1)] });
  });

  it("passes over records that no filter matches", async () => {
    await deploy(running, failOn());
    running.streams.push(record(1), record(2, "MODIFY"), record(3));
    await map({ filterCriteria: { filters: [{ pattern: `{"eventName":["INSERT"]}` }] } });
    assert.deepEqual(await batches(1), ["1,3"]);
  });

  it("halves a batch that fails down to the one poison record, and tells the destination of it", async () => {
    await deploy(running, failOn(3));
    running.streams.push(...[1, 2, 3, 4, 5].map((sequence) => record(sequence)));
    await map({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 });
    await running.clock.pass(1000);
    assert.deepEqual(await batches(6), ["1,2,3,4,5", "1,2,3", "1,2", "3", "3", "4,5"]);
    const [failure] = await failures(1);
    const [sent] = running.cloud.of("sqs SendMessage");
    const { requestId, ...requestContext } = failure?.["requestContext"] as JsonObject;
    const at = "2026-03-01T00:00:00Z";
    assert.equal(sent?.principal, sessionArn);
    assert.match(String(requestId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      { ...failure, requestContext },
      {
        requestContext: {
          functionArn: workArn,
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 4,
        },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        version: "1.0",
        timestamp: "2026-03-01T00:00:01.000Z",
        DDBStreamBatchInfo: {
          shardId: "shardId-00000000000000000000-00000000",
          startSequenceNumber: "3",
          endSequenceNumber: "3",
          approximateArrivalOfFirstRecord: at,
          approximateArrivalOfLastRecord: at,
          batchSize: 1,
          streamArn,
        },
      },
    );
  });

  it("retries a failed batch with growing pauses, and holds up what is behind it", async () => {
    await deploy(running, failOn(1));
    running.streams.push(record(1), record(2));
    await map({ batchSize: 1, maximumRetryAttempts: 2 });
    await running.clock.pass(1000);
    await running.clock.pass(2000);
    assert.deepEqual(await batches(4), ["1", "1", "1", "2"]);
    const [failure] = await failures(1);
    assert.equal((failure?.["requestContext"] as JsonObject)["approximateInvokeCount"], 3);
  });

  it("retries from the lowest record that the function reports", async () => {
    await deploy(running, report(2, 3));
    running.streams.push(record(1), record(2), record(3), record(4));
    await map({ functionResponseTypes: ["ReportBatchItemFailures"], maximumRetryAttempts: 1 });
    await running.clock.pass(1000);
    assert.deepEqual(await batches(2), ["1,2,3,4", "2,3,4"]);
    const [failure] = await failures(1);
    const { responseContext, DDBStreamBatchInfo } = failure as Record<string, JsonObject>;
    assert.deepEqual(responseContext, { statusCode: 200, executedVersion: "$LATEST" });
    assert.deepEqual(
      [DDBStreamBatchInfo?.["startSequenceNumber"], DDBStreamBatchInfo?.["endSequenceNumber"]],
      ["2", "4"],
    );
  });

  it("retries a whole batch whose answer is malformed", async () => {
    await deploy(running, `${failOn()} return { batchItemFailures: [{ itemIdentifier: "9" }] };`);
    running.streams.push(record(1), record(2));
    await map({ functionResponseTypes: ["ReportBatchItemFailures"] });
    await running.clock.pass(1000);
    assert.deepEqual(await batches(2), ["1,2", "1,2"]);
  });

  it("discards records that are older than its maximum record age", async () => {
    await deploy(running, failOn());
    running.streams.push(record(1, "INSERT", begin - 61), record(2));
    await map({ maximumRecordAgeInSeconds: 60 });
    assert.deepEqual(await batches(1), ["2"]);
    const at = "2026-02-28T23:58:59Z";
    assert.deepEqual(await failures(1), [
      {
        requestContext: { functionArn: workArn, condition: "RecordAgeExceeded", approximateInvokeCount: 0 },
        version: "1.0",
        timestamp: "2026-03-01T00:00:00.000Z",
        DDBStreamBatchInfo: {
          shardId: "shardId-00000000000000000000-00000000",
          startSequenceNumber: "1",
          endSequenceNumber: "1",
          approximateArrivalOfFirstRecord: at,
          approximateArrivalOfLastRecord: at,
          batchSize: 1,
          streamArn,
        },
      },
    ]);
  });

  const refusals: readonly (readonly [title: string, input: object, code: string, message: RegExp])[] = [
    [
      "without a starting position",
      { startingPosition: undefined },
      "InvalidParameterValueException",
      /must not be null/,
    ],
    [
      "with another starting position",
      { startingPosition: "AT_TIMESTAMP" },
      "InvalidParameterValueException",
      /starting/,
    ],
    [
      "with 10,001 retries",
      { maximumRetryAttempts: 10_001 },
      "ValidationException",
      /less than or equal to 10000$/,
    ],
    [
      "with a destination of another kind",
      { destinationConfig: { onFailure: { destinationArn: workArn } } },
      "InvalidParameterValueException",
      /destination ARN/,
    ],
    [
      "for another source",
      { eventSourceArn: workArn },
      "InvalidParameterValueException",
      /Unrecognized event source/,
    ],
  ];
  for (const [title, input, code, message] of refusals) {
    it(`cannot be created ${title}`, async () => {
      await deploy(running, "");
      await assert.rejects(map(input), { code, message });
    });
  }
});
