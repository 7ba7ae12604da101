import { deepEqual, throws } from "node:assert/strict";
import { failureOf, isCallbackRejected, parseCallback } from "../../functions/lib/callbackContent";
import {
  answerRoom,
  callbackLimit,
  handoffDeadline,
  handoffFolder,
  outboundData,
  parseInboundKey,
} from "../../functions/lib/handoff";

const request = {
  jobId: "j1",
  process: "settlement",
  client: null,
  step: "approval",
  token: "secret",
  parameters: { a: 1 },
  results: { prepare: 2 },
  enteredAt: "2026-01-01T00:00:00.000Z",
  deadlineSeconds: 3_600,
  attempt: 0,
  ownFolder: false,
};

describe("The keys under inbound/", () => {
  const keys: [key: string, expected: object | undefined][] = [
    ["inbound/j1/success.json", { jobId: "j1", folder: "j1/", file: "success.json" }],
    ["inbound/j1/approval/success.json", { jobId: "j1", folder: "j1/approval/", file: "success.json" }],
    ["inbound/j1/a+file+%2B+more.json", { jobId: "j1", folder: "j1/", file: "a file + more.json" }],
    ["inbound/j%2B1/success.json", { jobId: "j+1", folder: "j+1/", file: "success.json" }],
    ["inbound/success.json", undefined],
    ["inbound/", undefined],
    ["inbound/j1/", undefined],
    ["inbound/j1/a/b/success.json", undefined],
    ["outbound/j1/success.json", undefined],
  ];
  for (const [key, expected] of keys) {
    it(`are taken apart: ${key}`, () => deepEqual(parseInboundKey(key), expected));
  }
});

describe("A hand-off", () => {
  it("tells the other side what to do, by when and where to answer, but not the token", () => {
    deepEqual(outboundData(request, "files"), {
      jobId: "j1",
      process: "settlement",
      step: "approval",
      client: null,
      parameters: { a: 1 },
      results: { prepare: 2 },
      deadline: "2026-01-01T01:00:00.000Z",
      inbound: "s3://files/inbound/j1/",
    });
  });

  it("has the job's folder when it is the only one, and else its own", () => {
    deepEqual(
      [handoffFolder(request), handoffFolder({ ...request, ownFolder: true })],
      ["j1/", "j1/approval/"],
    );
  });

  it("runs out as many seconds after the workflow came to it as the catalogue says", () => {
    const enteredAt = "2026-02-28T23:59:59.500Z";
    deepEqual(handoffDeadline({ enteredAt, deadlineSeconds: 86_400 }), "2026-03-01T23:59:59.500Z");
  });
});

describe("The room for an answer", () => {
  const around = `{"jobId":"j1","process":"settlement","client":null,"parameters":{"a":""},"results":{}}`
    .length;
  const rooms: [title: string, text: string, expected: number][] = [
    ["is the limit of callbacks beside little", "", callbackLimit],
    ["is what the workflow's state leaves", "x".repeat(100_000), 262_144 - 4_096 - 100_000 - around],
    ["is counted in bytes", "é".repeat(50_000), 262_144 - 4_096 - 100_000 - around],
    ["is nothing when the state is full", "x".repeat(262_000), 0],
  ];
  for (const [title, text, expected] of rooms) {
    it(title, () => deepEqual(answerRoom({ ...request, parameters: { a: text }, results: {} }), expected));
  }
});

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("A callback's content", () => {
  const good: [title: string, bytes: string, text: string, content: unknown][] = [
    ["nothing", "", "{}", {}],
    ["a space", " \n", "{}", {}],
    ["an object", '{"approved":true}', '{"approved":true}', { approved: true }],
    ["a list", "[1]", "[1]", [1]],
    ["null", "null", "null", null],
    ["a byte order mark", "\ufeff{}", "{}", {}],
    [
      "numbers, as they were written",
      "[12345678901234567890,1e20]",
      "[12345678901234567890,1e20]",
      [1.2345678901234567e19, 1e20],
    ],
    ["a hundred levels", nested(100), nested(100), JSON.parse(nested(100))],
    ["brackets in a text", JSON.stringify(nested(200)), JSON.stringify(nested(200)), nested(200)],
  ];
  for (const [title, bytes, text, content] of good) {
    it(`is read: ${title}`, () =>
      deepEqual(parseCallback("success.json", Buffer.from(bytes)), { text, content }));
  }

  const bad: [title: string, bytes: Buffer, reason: RegExp][] = [
    ["is not JSON", Buffer.from("yes"), /^success\.json is not JSON: /],
    ["is not UTF-8", Buffer.from('{"a":"é"}', "latin1"), /^success\.json is not UTF-8\.$/],
    ["is UTF-16", Buffer.from("\ufeff{}", "utf16le"), /^success\.json is not UTF-8\.$/],
    ["has 101 levels", Buffer.from(nested(101)), /^success\.json is nested more than 100 levels deep\.$/],
    ["has 100,000 levels", Buffer.from(nested(100_000)), / nested more than 100 levels deep\.$/],
  ];
  for (const [title, bytes, reason] of bad) {
    it(`is rejected, with the reason, when it ${title}`, () => {
      throws(
        () => parseCallback("success.json", bytes),
        (error) => isCallbackRejected(error) && reason.test(error.message),
      );
    });
  }

  const failures: [content: unknown, expected: object][] = [
    [
      { error: "CreditDenied", cause: "over the limit" },
      { error: "CreditDenied", cause: "over the limit" },
    ],
    [{ error: "CreditDenied" }, { error: "CreditDenied", cause: "the other side gave no cause" }],
    [{ cause: { code: 7 } }, { error: "HandoffFailed", cause: '{"code":7}' }],
    [{}, { error: "HandoffFailed", cause: "{}" }],
    ["down", { error: "HandoffFailed", cause: "down" }],
    [
      { error: "States.Timeout", cause: "late" },
      { error: "HandoffFailed", cause: "late" },
    ],
    ...["SQS.SdkClientException", "Batch.x", "Lambda.Unknown", "DynamoDB.x", "PermanentFailure", "a\nb"].map(
      (error): [unknown, object] => [
        { error, cause: "mine" },
        { error: "HandoffFailed", cause: "mine" },
      ],
    ),
    [
      { error: "PermanentFailures", cause: "\ud800" },
      { error: "PermanentFailures", cause: "\ufffd" },
    ],
    [{ error: 5 }, { error: "HandoffFailed", cause: '{"error":5}' }],
    [
      { error: "x".repeat(300), cause: "y".repeat(40_000) },
      { error: "x".repeat(256), cause: "y".repeat(32_768) },
    ],
  ];
  for (const [content, expected] of failures) {
    it(`fails the job: ${JSON.stringify(content).slice(0, 60)}`, () =>
      deepEqual(failureOf(content as never), expected));
  }
});
