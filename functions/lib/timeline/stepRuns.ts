import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { failure } from "./failure";
import type { Attempt, StepKind, StepRun, StepRuns } from "./stepRun";

/** What an event of the history changes of the step that it belongs to. */
type Effect = (run: StepRun, event: HistoryEvent) => StepRun;

/**
 * How steps went, as the history of their execution tells; several histories may follow each other. States run one
 * after another, so an event belongs to the state that was entered last; a redrive takes that state up again.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 * @param events oldest first
 * @param names of the steps; the other states are the workflow's own
 */
export function stepRunsIn(events: readonly HistoryEvent[], names: readonly string[]): StepRuns {
  const runs: Record<string, StepRun> = {};
  let current: string | undefined;
  for (const event of events) {
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) current = names.includes(entered) ? entered : undefined;
    if (event.type === "ExecutionStarted") current = undefined;
    const effect = effects[event.type ?? ""];
    if (current === undefined || !effect) continue;
    const run = Object.hasOwn(runs, current) ? runs[current] : undefined;
    runs[current] = effect(run ?? { status: "RUNNING", attempts: [] }, event);
  }
  return runs;
}

const enter: Effect = ({ endedAt: _ended, error: _error, cause: _cause, ...run }, event) => ({
  ...run,
  status: "RUNNING",
  startedAt: run.startedAt ?? timeOf(event),
});

const schedule: Effect = ({ endedAt: _ended, ...run }, event) => {
  const kind = kindOf(event);
  const attempt: Attempt = { startedAt: timeOf(event), status: "RUNNING" };
  return { ...run, ...(kind ? { kind } : {}), status: "RUNNING", attempts: [...run.attempts, attempt] };
};

/** From here on a hand-off waits for its token. */
const submit: Effect = (run, event) => {
  const waits = event.taskSubmittedEventDetails?.resource?.endsWith(".waitForTaskToken");
  return waits ? { ...withAttempt(run, { status: "WAITING" }), status: "WAITING" } : run;
};

const succeed: Effect = (run, event) => endAttempt(run, event, "SUCCEEDED");
const fail: Effect = (run, event) => endAttempt(run, event, "FAILED");
const timeOut: Effect = (run, event) => endAttempt(run, event, "TIMED_OUT");

/** What was caught leaves the state, too: the last attempt says how it went. */
const exit: Effect = (run, event) => ({
  ...run,
  status: run.attempts.at(-1)?.status ?? run.status,
  endedAt: timeOf(event),
});

/** The execution ended before the step did. */
const endInside =
  (status: "FAILED" | "TIMED_OUT" | "CANCELLED"): Effect =>
  (run, event) => {
    const last = run.attempts.at(-1);
    const end = { status, endedAt: timeOf(event) };
    if (last && last.endedAt === undefined) return { ...endAttempt(run, event, status), ...end };
    return { ...run, ...end, ...failureOf(event) };
  };

const effects: Readonly<Record<string, Effect>> = {
  TaskStateEntered: enter,
  TaskScheduled: schedule,
  TaskSubmitted: submit,
  TaskSucceeded: succeed,
  TaskFailed: fail,
  TaskStartFailed: fail,
  TaskSubmitFailed: fail,
  TaskTimedOut: timeOut,
  LambdaFunctionScheduled: schedule,
  LambdaFunctionSucceeded: succeed,
  LambdaFunctionFailed: fail,
  LambdaFunctionScheduleFailed: fail,
  LambdaFunctionStartFailed: fail,
  LambdaFunctionTimedOut: timeOut,
  TaskStateExited: exit,
  ExecutionFailed: endInside("FAILED"),
  ExecutionTimedOut: endInside("TIMED_OUT"),
  ExecutionAborted: endInside("CANCELLED"),
};

/** Ends the attempt that is open; the step goes on until its state is left, for another attempt may follow. */
function endAttempt(run: StepRun, event: HistoryEvent, status: Attempt["status"]): StepRun {
  const end = { status, endedAt: timeOf(event), ...failureOf(event) };
  return { ...withAttempt(run, end), status: "RUNNING" };
}

function withAttempt(run: StepRun, change: Attempt): StepRun {
  const last = run.attempts.at(-1);
  const isOpen = last !== undefined && last.endedAt === undefined;
  const before = isOpen ? run.attempts.slice(0, -1) : run.attempts;
  return { ...run, attempts: [...before, { ...(isOpen ? last : {}), ...change }] };
}

/** An event's details are named after its type. */
function failureOf(event: HistoryEvent) {
  const type = event.type ?? "";
  const name = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
  const details = Object.entries(event).find(([key]) => key === name)?.[1] as
    { readonly error?: string; readonly cause?: string } | undefined;
  return failure(details?.error, details?.cause);
}

function kindOf({ type, taskScheduledEventDetails }: HistoryEvent): StepKind | undefined {
  if (type === "LambdaFunctionScheduled") return "invoke";
  if (taskScheduledEventDetails?.resourceType === "batch") return "batch";
  return taskScheduledEventDetails?.resourceType === "sqs" ? "handoff" : undefined;
}

function timeOf({ timestamp }: HistoryEvent): string {
  return (timestamp ?? new Date(0)).toISOString();
}
