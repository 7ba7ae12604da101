import { deepEqual, equal, rejects } from "node:assert/strict";
import { followed } from "../../functions/lib/followed";
import { invocation } from "../../functions/lib/invocation";
import { logError, logEvent } from "../../functions/lib/logEvent";
import { logJobEnd } from "../../functions/lib/logJobEnd";
import { aJob } from "../helpers/jobs";
import { loggedBy } from "../helpers/loggedBy";

const context = (awsRequestId: string) => ({ awsRequestId });

describe("A line of a function's log", () => {
  // What an invocation leaves would show in the lines of other tests.
  afterEach(() => {
    for (const name of Object.keys(invocation)) Reflect.deleteProperty(invocation, name);
  });

  it("says which request it is of, and whether the environment was new", async () => {
    const handler = followed(async (event: object, _context: object) => logEvent("seen", { ...event }));
    const { lines } = await loggedBy(async () => {
      await handler({ key: "a" }, context("r1"));
      await handler({ key: "b" }, context("r2"));
    });
    deepEqual(lines, [
      { level: "INFO", message: "seen", requestId: "r1", coldStart: true, key: "a" },
      { level: "INFO", message: "seen", requestId: "r2", coldStart: false, key: "b" },
    ]);
  });

  it("says which job, process and step it is of where a step is invoked, and not in the next invocation", async () => {
    const handler = followed(async (_event: object, _context: object) => logEvent("seen", {}));
    const { lines } = await loggedBy(async () => {
      await handler({ jobId: "j1", process: "settlement", step: "s", parameters: {} }, context("r1"));
      await handler({}, context("r2"));
    });
    deepEqual(
      lines.map(({ jobId, process, step }) => [jobId, process, step]),
      [
        ["j1", "settlement", "s"],
        [undefined, undefined, undefined],
      ],
    );
  });

  it("has an error that the handler throws, which Lambda then hears of", async () => {
    const handler = followed(async (): Promise<void> => {
      throw new TypeError("no");
    });
    const { lines } = await loggedBy(() => rejects(handler({}, context("r1")), { message: "no" }));
    const [{ error, ...line } = { error: {} }] = lines;
    const { stack = "", ...facts } = error as { stack?: string };
    deepEqual(line, { level: "ERROR", message: "invocation failed", requestId: "r1", coldStart: true });
    deepEqual(facts, { name: "TypeError", message: "no" });
    equal(stack.includes("logEvent.test.ts"), true);
  });

  it("has, of an error, the archive whose source maps explain it", async () => {
    process.env["ARCHIVE_HASH"] = "0123456789abcdef";
    try {
      const { lines } = await loggedBy(async () => logError("failed", "a text", { key: "a" }));
      deepEqual(
        lines.map(({ archive, key, error }) => [archive, key, (error as Error).message]),
        [["0123456789abcdef", "a", "a text"]],
      );
    } finally {
      delete process.env["ARCHIVE_HASH"];
    }
  });

  const ended = aJob({
    status: "FAILED",
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:02.500Z",
  });

  it("has a metric of how long a job took, when it ends in a stack that is watched", async () => {
    const { lines } = await loggedBy(async () => logJobEnd(ended, "prod"));
    const metric = {
      Namespace: "Jobrelay",
      Dimensions: [["stack", "process", "status"]],
      Metrics: [{ Name: "JobDuration", Unit: "Milliseconds" }],
    };
    deepEqual(lines, [
      {
        ...{ level: "INFO", message: "job ended", jobId: "j1", process: "settlement", status: "FAILED" },
        ...{ stack: "prod", JobDuration: 2500 },
        _aws: { Timestamp: Date.parse(ended.updatedAt), CloudWatchMetrics: [metric] },
      },
    ]);
  });

  it("has none in a stack that is not", async () => {
    const { lines } = await loggedBy(async () => logJobEnd(ended, ""));
    deepEqual(lines, [
      { level: "INFO", message: "job ended", jobId: "j1", process: "settlement", status: "FAILED" },
    ]);
  });
});
