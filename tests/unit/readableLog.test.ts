import { deepEqual } from "node:assert/strict";
import { readableLog } from "../../local/readableLog";

const time = new Date(2026, 0, 2, 3, 4, 5);

/** What people see of a line. */
function shown(line: string): string[] {
  const lines: string[] = [];
  readableLog(
    (text) => lines.push(text),
    () => time,
  )(line);
  return lines;
}

const aboutJob = { jobId: "j1", process: "settlement" };

describe("The log of the local cloud", () => {
  const asTheyAre: [title: string, line: string][] = [
    ["plain text", "endpoint: listening"],
    ["nothing", ""],
    ["text with a brace that is not JSON", "s3: PUT /{bucket}/key failed"],
    ["JSON that is cut off", 'start-jobs: {"message":"job sta'],
    ["JSON with something after it", 'start-jobs: {"message":"done"} in 3 ms'],
    ["JSON without a message", 'start-jobs: {"level":"INFO","jobId":"j1"}'],
    ["several lines", "Error: no\n    at x"],
  ];
  for (const [title, line] of asTheyAre) {
    it(`has the time, and a line as it is when it is ${title}`, () =>
      deepEqual(shown(line), [`03:04:05  ${line}`]));
  }

  const structured: [title: string, fields: object, expected: string][] = [
    [
      "the job first, then what happened",
      { level: "INFO", message: "job started", ...aboutJob, status: "RUNNING" },
      "settlement j1  job started  status=RUNNING",
    ],
    ["only the process, if that is all", { message: "x", process: "sleep" }, "sleep  x"],
    ["only the job, if that is all", { message: "x", jobId: "j1" }, "j1  x"],
    ["neither", { level: "INFO", message: "file ignored", key: "inbound/x" }, "file ignored  key=inbound/x"],
    [
      "values that are not text as JSON, in their order",
      { message: "x", ended: true, count: 0, none: null, list: [1, "a"], of: { a: 1 } },
      'x  ended=true  count=0  none=null  list=[1,"a"]  of={"a":1}',
    ],
    ["warnings like the rest", { level: "WARN", message: "slow" }, "slow"],
    [
      "nothing that only machines want to know",
      {
        ...{ timestamp: "2026-01-02T03:04:05.000Z", level: "INFO", message: "job ended", requestId: "r1" },
        ...{ coldStart: true, JobDuration: 5, _aws: {} },
      },
      "job ended  JobDuration=5",
    ],
    [
      "the frames of an error that are in our sources, each in a line that cannot pass for an entry",
      {
        level: "ERROR",
        message: "message failed",
        archive: "0123456789abcdef",
        error: {
          name: "E",
          message: "m",
          stack:
            "E: m\n    at JSON.parse (<anonymous>)\n    at functions/a.ts:1:2\n    at \u001bf (functions/lib/b.ts:34:5)\n03:04:05  x\n    at g (node_modules/c.js:1:2)",
        },
      },
      "resume-jobs: message failed  E: m\n          at functions/a.ts:1:2\n          at \\x1bf (functions/lib/b.ts:34:5)",
    ],
    [
      "which function an error is of, its name and its text",
      {
        level: "ERROR",
        message: "message failed",
        messageId: "m1",
        error: { name: "SyntaxError", message: "no JSON", stack: "SyntaxError: no JSON\n    at x" },
      },
      "resume-jobs: message failed  messageId=m1  SyntaxError: no JSON",
    ],
    [
      "the job before the function of an error",
      { level: "ERROR", message: "record failed", ...aboutJob, error: { name: "E", message: "m" } },
      "settlement j1  resume-jobs: record failed  E: m",
    ],
    [
      "an error that has no name",
      { level: "ERROR", message: "x", error: { message: "m" } },
      "resume-jobs: x  Error: m",
    ],
  ];
  for (const [title, fields, expected] of structured) {
    it(`shows of a function's JSON ${title}`, () =>
      deepEqual(shown(`resume-jobs: ${JSON.stringify(fields)}`), [`03:04:05  ${expected}`]));
  }

  it("has control characters escaped, but for tabs, and in plain text for the ends of lines", () => {
    const controls = "\u001b[2J\u0007\r\u007f\u009b1m\u0085\t|\n\u00a0é😀";
    const readable = "\\x1b[2J\\x07\\x0d\\x7f\\x9b1m\\x85\t|";
    deepEqual(shown(controls), [`03:04:05  ${readable}\n\u00a0é😀`]);
    const line = JSON.stringify({ message: controls, jobId: "j\u001b", key: "\u009b", list: ["\u007f"] });
    deepEqual(shown(`f: ${line}`), [
      `03:04:05  j\\x1b  ${readable}\\x0a\u00a0é😀  key=\\x9b  list=["\\x7f"]`,
    ]);
  });

  it("writes a line for each line, in order, each with its own time", () => {
    const lines: string[] = [];
    const times = [new Date(2026, 0, 1, 23, 59, 59), new Date(2026, 0, 2, 0, 0, 0)];
    const log = readableLog(
      (line) => lines.push(line),
      () => times.shift() ?? time,
    );
    log("one");
    log("two");
    deepEqual(lines, ["23:59:59  one", "00:00:00  two"]);
  });
});
