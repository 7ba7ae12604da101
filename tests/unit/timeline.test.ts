import { deepEqual, equal, match } from "node:assert/strict";
import type { JobRecord } from "../../functions/lib/job";
import { shownStatus } from "../../functions/lib/shownStatus";
import { executionsOf } from "../../functions/lib/timeline/readHistory";
import { stepRunsIn } from "../../functions/lib/timeline/stepRuns";
import { assembleTimeline } from "../../functions/lib/timeline/timeline";
import {
  asked,
  contained,
  entered,
  exited,
  historyOf,
  invoked,
  recorded,
  second,
  type EventLine,
} from "../helpers/history";
import { aJob } from "../helpers/jobs";

const names = ["prepare", "approval"];
const runsIn = (...lines: EventLine[]) => stepRunsIn(historyOf(lines), names);
const start: EventLine = ["ExecutionStarted", {}];

describe("The attempts of steps, read from an execution's history:", () => {
  it("a retry is another attempt, and the first one keeps its error and cause", () => {
    const cause = JSON.stringify({ errorType: "Busy", errorMessage: "come again", trace: ["at x"] });
    const runs = runsIn(
      ...[start, entered("prepare"), ...invoked],
      ...[["LambdaFunctionFailed", { error: "Busy", cause }] as EventLine, ...invoked],
      ...[["LambdaFunctionSucceeded", {}] as EventLine, exited("prepare")],
    );
    deepEqual(runs, {
      prepare: {
        kind: "invoke",
        status: "SUCCEEDED",
        startedAt: second(1),
        endedAt: second(8),
        attempts: [
          {
            ...{ startedAt: second(2), endedAt: second(4), status: "FAILED" },
            ...{ error: "Busy", cause: "come again" },
          },
          { startedAt: second(5), endedAt: second(7), status: "SUCCEEDED" },
        ],
      },
    });
  });

  it("between two attempts the step is RUNNING", () => {
    const { prepare } = runsIn(start, entered("prepare"), ...invoked, [
      "LambdaFunctionFailed",
      { error: "Busy" },
    ]);
    deepEqual(
      [prepare?.status, prepare?.endedAt, prepare?.attempts.map(({ status }) => status)],
      ["RUNNING", undefined, ["FAILED"]],
    );
  });

  it("a hand-off that is asked for is WAITING, a container that was submitted is RUNNING", () => {
    const waiting = runsIn(start, entered("approval"), ...asked);
    deepEqual(waiting["approval"], {
      kind: "handoff",
      status: "WAITING",
      startedAt: second(1),
      attempts: [{ startedAt: second(2), status: "WAITING" }],
    });
    const running = runsIn(start, entered("approval"), ...contained)["approval"];
    deepEqual([running?.kind, running?.status], ["batch", "RUNNING"]);
  });

  it("redriven, a step has the attempts of both runs, and the workflow's own states are no steps", () => {
    const runs = runsIn(
      ...[start, entered("approval"), ...asked],
      ["TaskTimedOut", { error: "States.HeartbeatTimeout" }],
      ...[exited("approval"), ...recorded("RecordTimeout.approval", "TaskSucceeded")],
      ...recorded("TimedOut.approval", "TaskFailed"),
      ["ExecutionFailed", { error: "DynamoDB.X", cause: "not a step's" }],
      ["ExecutionRedriven", { redriveCount: 1 }],
      ["TaskScheduled", { resourceType: "dynamodb", resource: "updateItem" }],
      ["TaskSucceeded", { resourceType: "dynamodb", resource: "updateItem" }],
      ...[exited("TimedOut.approval"), entered("approval"), ...asked],
      ...[["TaskSucceeded", {}] as EventLine, exited("approval")],
    );
    deepEqual(runs, {
      approval: {
        kind: "handoff",
        status: "SUCCEEDED",
        startedAt: second(1),
        endedAt: second(25),
        attempts: [
          {
            ...{ startedAt: second(2), endedAt: second(5), status: "TIMED_OUT" },
            error: "States.HeartbeatTimeout",
          },
          { startedAt: second(21), endedAt: second(24), status: "SUCCEEDED" },
        ],
      },
    });
  });

  const ends: [type: string, status: string][] = [
    ["ExecutionAborted", "CANCELLED"],
    ["ExecutionTimedOut", "TIMED_OUT"],
    ["ExecutionFailed", "FAILED"],
  ];
  for (const [type, status] of ends) {
    it(`${type} ends the attempt that is open, as ${status}`, () => {
      const { approval } = runsIn(start, entered("approval"), ...asked, [type, { error: "E", cause: "why" }]);
      deepEqual(approval, {
        kind: "handoff",
        status,
        startedAt: second(1),
        endedAt: second(5),
        attempts: [{ startedAt: second(2), endedAt: second(5), status, error: "E", cause: "why" }],
      });
    });
  }

  it("a step that the execution failed in after its attempt says why itself, and a redrive forgets it", () => {
    const lines: EventLine[] = [start, entered("prepare"), ...invoked, ["LambdaFunctionSucceeded", {}]];
    const failed: EventLine = ["ExecutionFailed", { error: "States.DataLimitExceeded", cause: "too large" }];
    const { prepare } = runsIn(...lines, failed);
    deepEqual(
      [prepare?.status, prepare?.error, prepare?.cause, prepare?.attempts.length],
      ["FAILED", "States.DataLimitExceeded", "too large", 1],
    );
    const again = runsIn(...lines, failed, ["ExecutionRedriven", {}], entered("prepare"), ...invoked);
    deepEqual([again["prepare"]?.status, again["prepare"]?.error], ["RUNNING", undefined]);
  });

  it("begun anew, a job has the attempts of all its executions, each with its own states", () => {
    const runs = runsIn(
      ...[start, entered("prepare"), ...invoked, ["LambdaFunctionFailed", { error: "A" }] as EventLine],
      ...[exited("prepare"), ["ExecutionFailed", { error: "A" }] as EventLine],
      // Were the state of the execution before still current, this would be its.
      ...[start, ["ExecutionAborted", {}] as EventLine],
      ...[start, entered("prepare"), ...invoked],
    );
    deepEqual(
      runs["prepare"]?.attempts.map(({ status }) => status),
      ["FAILED", "RUNNING"],
    );
  });

  it("a long cause is cut, never within a character", () => {
    const cause = `${"x".repeat(1_023)}😀 and more`;
    const { prepare } = runsIn(start, entered("prepare"), ["LambdaFunctionScheduleFailed", { cause }]);
    equal(prepare?.attempts[0]?.cause, `${"x".repeat(1_023)}…`);
  });
});

describe("A timeline", () => {
  const kinds = { prepare: "invoke", approval: "handoff" } as const;
  const steps = { approval: { status: "PENDING" }, prepare: { status: "PENDING" } } as const;
  const whole = { forgotten: false, cut: false };
  const events = historyOf([start, entered("prepare"), ...invoked]);

  it("has the steps in the order of the catalogue; what has not begun is PENDING", () => {
    const { steps: shown, complete } = assembleTimeline(aJob({ status: "RUNNING", steps }), kinds, {
      events,
      ...whole,
    });
    deepEqual(
      [complete, shown.map(({ name, kind, status }) => [name, kind, status])],
      [
        true,
        [
          ["prepare", "invoke", "RUNNING"],
          ["approval", "handoff", "PENDING"],
        ],
      ],
    );
  });

  it("names the kind that a step had when it ran, whatever the catalogue says by now", () => {
    const other = { prepare: "batch", approval: "handoff" } as const;
    const timeline = assembleTimeline(aJob({ steps }), other, { events, ...whole });
    equal(timeline.steps[0]?.kind, "invoke");
    deepEqual(
      assembleTimeline(aJob({ steps }), {}, { events, ...whole }).steps.map(({ name }) => name),
      ["approval", "prepare"],
    );
  });

  it("says where the results are", () => {
    const answer = { key: "inbound/j1/success.json", eTag: "1", receivedAt: second(1) };
    const answered = { ...steps, approval: { status: "SUCCEEDED", answer } } as const;
    const results = (status: JobRecord["status"]) =>
      assembleTimeline(aJob({ status, steps: answered }), kinds, undefined).steps.map(({ result }) => result);
    deepEqual(results("SUCCEEDED"), ["/result/prepare", "/result/approval"]);
    deepEqual(results("FAILED"), [undefined, "/steps/approval/answer"]);
  });

  it("of what Step Functions has forgotten, tells what the record knows, and says so", () => {
    const run = { startedAt: second(1), endedAt: second(2) };
    const job = aJob({
      status: "FAILED",
      executionArn: "arn",
      error: { code: "Denied", cause: "no", step: "approval" },
      steps: {
        prepare: { status: "SUCCEEDED" },
        approval: { status: "FAILED", ...run, earlier: [{ status: "TIMED_OUT", ...run }] },
      },
    });
    const timeline = assembleTimeline(job, kinds, { events: [], forgotten: true, cut: false });
    equal(timeline.complete, false);
    match(timeline.note ?? "", /^Step Functions keeps histories for 90 days/);
    deepEqual(timeline.steps, [
      { name: "prepare", kind: "invoke", status: "SUCCEEDED", attempts: [{ status: "SUCCEEDED" }] },
      {
        name: "approval",
        kind: "handoff",
        status: "FAILED",
        ...run,
        attempts: [
          { status: "TIMED_OUT", ...run },
          { status: "FAILED", ...run, error: "Denied", cause: "no" },
        ],
      },
    ]);
  });

  it("that is cut says that the oldest attempts are missing", () => {
    const { complete, note } = assembleTimeline(aJob({ steps }), kinds, {
      events,
      forgotten: false,
      cut: true,
    });
    deepEqual([complete, /oldest attempts are left out/.test(note ?? "")], [false, true]);
  });
});

describe("A step that the record says nothing of", () => {
  const step = { status: "PENDING" } as const;
  const cases: [title: string, facts: Partial<JobRecord>, shown: string | undefined][] = [
    ["of a job that nothing has started yet", { status: "SUBMITTED" }, "PENDING"],
    ["of a job that waits, which has marked what is done", { status: "WAITING" }, "PENDING"],
    ["of a job that runs", { status: "RUNNING" }, undefined],
    ["of a job that was cancelled somewhere", { status: "CANCELLED", error: { code: "C" } }, undefined],
    ["of a job whose workflow broke", { status: "FAILED", error: { code: "States.Runtime" } }, undefined],
    ["after the step that failed", { status: "FAILED", error: { code: "E", step: "a" } }, "PENDING"],
    ["after the step that timed out", { status: "TIMED_OUT", error: { code: "E", step: "a" } }, "PENDING"],
  ];
  for (const [title, facts, shown] of cases) {
    it(`${title} is shown as ${shown ?? "nothing"}`, () =>
      equal(shownStatus(aJob({ executionArn: "arn", ...facts }), step), shown));
  }
  it("of a job that no workflow runs is PENDING", () =>
    equal(shownStatus(aJob({ status: "RUNNING" }), step), "PENDING"));
  it("is not what other steps are", () =>
    equal(shownStatus(aJob({ status: "RUNNING", executionArn: "a" }), { status: "WAITING" }), "WAITING"));
});

describe("The executions of a job", () => {
  it("are one, or one more for each time that it began anew", () => {
    deepEqual(executionsOf("arn:x:j-1"), ["arn:x:j-1"]);
    deepEqual(executionsOf("arn:x:j-1-r2"), ["arn:x:j-1", "arn:x:j-1-r1", "arn:x:j-1-r2"]);
  });
});
