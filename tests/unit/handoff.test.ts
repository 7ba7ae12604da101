import { deepEqual, throws } from "node:assert/strict";
import {
  failureOf,
  handoffDeadline,
  handoffFolder,
  isCallbackRejected,
  outboundData,
  parseCallback,
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

describe("A callback's content", () => {
  const good: [content: string, expected: unknown][] = [
    ["", {}],
    [" \n", {}],
    ['{"approved":true}', { approved: true }],
    ["[1]", [1]],
    ["null", null],
  ];
  for (const [content, expected] of good) {
    it(`is read: ${JSON.stringify(content)}`, () =>
      deepEqual(parseCallback("success.json", content), expected));
  }

  it("is rejected, with the reason, when it is not JSON", () => {
    throws(
      () => parseCallback("success.json", "yes"),
      (error) => isCallbackRejected(error) && error.message.startsWith("success.json is not JSON: "),
    );
  });

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
