import { deepEqual, equal, rejects } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { readDeadLetter } from "../../cli/deadletters/deadLetter";
import type { JsonRecord } from "../../cli/deadletters/json";
import { jsonApi, JsonApiError } from "../../cli/deadletters/jsonApi";
import { giveToFunction } from "../../cli/deadletters/sendBack";
import type { DeadLetterServices } from "../../cli/deadletters/services";
import { readChanges } from "../../cli/deadletters/streamChanges";

const streamArn = "arn:aws:dynamodb:eu-west-1:111122223333:table/jobs/stream/1";
const queueArn = "arn:aws:sqs:eu-west-1:111122223333:jobs-stream-failures";
const functionArn = "arn:aws:lambda:eu-west-1:111122223333:function:start-jobs";
const range = { streamArn, shardId: "shardId-1", first: "100", last: "300" };

const change = (SequenceNumber: string, eventName = "INSERT") => ({
  eventID: SequenceNumber,
  eventName,
  dynamodb: { SequenceNumber, NewImage: { data: { B: "AAE=" } } },
});
const given = (...args: Parameters<typeof change>) => ({ ...change(...args), eventSourceARN: streamArn });

/** A stream of these pages, which remembers how it was asked. */
function streamOf(pages: readonly (readonly JsonRecord[])[], isOpen = true) {
  const calls: [string, object][] = [];
  const call = async (operation: string, input: object): Promise<JsonRecord> => {
    calls.push([operation, input]);
    if (operation === "GetShardIterator") return { ShardIterator: "0" };
    const at = Number((input as { ShardIterator: string }).ShardIterator);
    const hasMore = isOpen || at + 1 < pages.length;
    return { Records: pages[at] ?? [], ...(hasMore ? { NextShardIterator: String(at + 1) } : {}) };
  };
  return { calls, call };
}

const refusing = (name: string) => ({ call: () => Promise.reject(new JsonApiError(name, "no")) });

describe("Changes of the table that a dead letter names", () => {
  it("are read from the first to the last, as Lambda would give them, over pages that may be empty", async () => {
    const stream = streamOf([[change("100")], [], [change("200"), change("300"), change("400")]]);
    deepEqual(
      await readChanges(stream, range),
      ["100", "200", "300"].map((number) => given(number)),
    );
    deepEqual(stream.calls, [
      [
        "GetShardIterator",
        {
          StreamArn: streamArn,
          ShardId: "shardId-1",
          SequenceNumber: "100",
          ShardIteratorType: "AT_SEQUENCE_NUMBER",
        },
      ],
      ...["0", "1", "2"].map((ShardIterator) => ["GetRecords", { ShardIterator }]),
    ]);
  });

  it("are compared by number: sequence numbers have no fixed length", async () => {
    const stream = streamOf([
      [change("9"), change("10"), change("99999999999999999999"), change("100000000000000000000")],
    ]);
    deepEqual(
      await readChanges(stream, { ...range, first: "9", last: "99999999999999999999" }),
      ["9", "10", "99999999999999999999"].map((number) => given(number)),
    );
  });

  for (const name of ["TrimmedDataAccessException", "ResourceNotFoundException"]) {
    it(`have expired when the stream says ${name}`, () =>
      rejects(readChanges(refusing(name), range), { name: "ExpiredChangesError" }));
  }

  it("are not taken for read when the stream says anything else, or ends before them", async () => {
    await rejects(readChanges(refusing("AccessDeniedException"), range), { name: "AccessDeniedException" });
    await rejects(readChanges(streamOf([[change("100")]], false), range), /read to its end without 300/);
    await rejects(readChanges(streamOf([[change("100")]]), range), /read to its end without 300/);
  });
});

/** What a function answers, and by which filter it reads the stream. */
interface Reader {
  readonly pattern?: object;
  readonly payload?: object | null;
  readonly FunctionError?: string;
  readonly mapped?: boolean;
}

/** Gives the dead letter of the range to the function; what became of it, and what the function got. */
async function give(streams: DeadLetterServices["streams"], reader: Reader = {}) {
  const { pattern, payload = null, FunctionError, mapped = true } = reader;
  const invoked: unknown[] = [];
  const FilterCriteria = pattern && { Filters: [{ Pattern: JSON.stringify(pattern) }] };
  const mapping = { FunctionArn: functionArn, EventSourceArn: streamArn, FilterCriteria };
  const lambda = {
    send: async ({ input }: { input: { Payload?: string; FunctionName: string } }) => {
      if (input.Payload === undefined) return { EventSourceMappings: mapped ? [mapping] : [] };
      invoked.push([input.FunctionName, JSON.parse(input.Payload)]);
      return { FunctionError, Payload: Buffer.from(JSON.stringify(payload)) };
    },
  } as unknown as LambdaClient;
  const letter = readDeadLetter(
    JSON.stringify({
      requestContext: { functionArn: `${functionArn}:$LATEST`, condition: "RetryAttemptsExhausted" },
      DDBStreamBatchInfo: {
        ...{ streamArn, shardId: "shardId-1", startSequenceNumber: "100", endSequenceNumber: "300" },
        batchSize: 2,
      },
    }),
  );
  const outcome = await giveToFunction({ streams, lambda } as DeadLetterServices, queueArn, letter);
  return { outcome, invoked };
}

describe("A dead letter of the table's stream", () => {
  const pages = [[change("100"), change("200", "MODIFY"), change("300")]];
  const both = [given("100"), given("300")];

  it("has the function called with the changes, without those between that its filter leaves out", async () => {
    deepEqual(
      await give(streamOf(pages), { pattern: { eventName: ["INSERT"] }, payload: { batchItemFailures: [] } }),
      {
        outcome: { kind: "sent", to: functionArn },
        invoked: [[functionArn, { Records: both }]],
      },
    );
  });

  const kept: [title: string, reader: Reader, reason: string][] = [
    [
      "the function reports failures again",
      { pattern: { eventName: ["INSERT"] }, payload: { batchItemFailures: [{ itemIdentifier: "100" }] } },
      "the function failed again with 1 of its 2 changes: see its log",
    ],
    [
      "the function throws",
      { FunctionError: "Unhandled", payload: { errorMessage: "away" } },
      "the function failed again with all of it: see its log",
    ],
    [
      "the function does not want them any more",
      { pattern: { eventName: ["REMOVE"] } },
      "none of its changes are for the function now",
    ],
    ["the function is not there any more", { mapped: false }, `${functionArn} no longer reads the stream`],
  ];
  for (const [title, reader, reason] of kept) {
    it(`stays when ${title}`, async () =>
      deepEqual((await give(streamOf(pages), reader)).outcome, { kind: "kept", reason }));
  }

  it("has expired after a day, and says what becomes of its jobs", async () => {
    deepEqual(await give(refusing("TrimmedDataAccessException")), {
      outcome: {
        kind: "expired",
        reason:
          "its changes have left the table's stream, which keeps them for 24 hours; reconcileJobs repairs their jobs",
      },
      invoked: [],
    });
  });

  it("says nothing of its own when the stream may not be read", () =>
    rejects(give(refusing("AccessDeniedException")), { name: "AccessDeniedException" }));
});

describe("A service that is called without a client", () => {
  /** Answers one request after another; what was asked. */
  const serve = async (answers: readonly [status: number, body: string][]) => {
    const asked: { headers: IncomingMessage["headers"]; body: string }[] = [];
    const answer = async (request: IncomingMessage) => {
      let body = "";
      for await (const part of request) body += String(part);
      return answers[asked.push({ headers: request.headers, body }) - 1] ?? ([500, ""] as const);
    };
    const server = createServer((request, response) => {
      void answer(request).then(([status, text]) => response.writeHead(status).end(text));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const api = jsonApi({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      signingName: "dynamodb",
      targetPrefix: "DynamoDBStreams_20120810",
      region: "eu-west-1",
      firstPause: 1,
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret", sessionToken: "session" },
    });
    return { api, asked, close: () => server.close() };
  };

  it("gets a signed request in AWS JSON, and is asked again when it may do better", async () => {
    const throttled = '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slower"}';
    const { api, asked, close } = await serve([
      [400, throttled],
      [503, "<html>"],
      [200, '{"Records":[]}'],
    ]);
    try {
      deepEqual(await api.call("GetRecords", { ShardIterator: "i" }), { Records: [] });
      deepEqual(
        asked.map(({ headers, body }) => [headers["x-amz-target"], headers["content-type"], body]),
        Array(3).fill([
          "DynamoDBStreams_20120810.GetRecords",
          "application/x-amz-json-1.0",
          '{"ShardIterator":"i"}',
        ]),
      );
      equal(asked[0]?.headers["x-amz-security-token"], "session");
      equal(
        /Credential=AKIATEST\/\d{8}\/eu-west-1\/dynamodb\//.test(asked[0]?.headers.authorization ?? ""),
        true,
      );
    } finally {
      close();
    }
  });

  it("is not asked again when it refuses, and its error has AWS's name", async () => {
    const { api, asked, close } = await serve([
      [400, '{"__type":"a.b#TrimmedDataAccessException","message":"gone"}'],
    ]);
    try {
      await rejects(api.call("GetRecords", {}), { name: "TrimmedDataAccessException", message: "gone" });
      equal(asked.length, 1);
    } finally {
      close();
    }
  });
});
