import type { SFNClient } from "@aws-sdk/client-sfn";
import type { JobRecord } from "../job";
import type { Problem } from "../problem";
import { executionsOf, readHistory, type JobHistory } from "./readHistory";
import { recordedRun, type RecordedRun } from "./recordedRun";
import type { StepKind } from "./stepRun";
import { stepRunsIn } from "./stepRuns";

/** The kinds of each process's steps, by name and in their order. */
export type StepKinds = Readonly<Record<string, Readonly<Record<string, StepKind>>>>;

export interface TimelineStep extends RecordedRun {
  readonly name: string;
  /** Where the job has what the step answered: a JSON pointer (RFC 6901). */
  readonly result?: string;
}

/** What a job's steps did when, in the order in which they run. */
export interface Timeline {
  readonly steps: readonly TimelineStep[];
  /** Whether every attempt is there. */
  readonly complete: boolean;
  /** Why it is not. */
  readonly note?: string;
}

const nothingWritten: JobHistory = { events: [], forgotten: false, cut: false };

/** The timeline of a job: of what its executions tell, or its record where it has none; or that it cannot be had now. */
export async function timelineOf(
  workflows: SFNClient,
  stepKinds: StepKinds,
  job: JobRecord,
): Promise<Timeline | Problem> {
  const { executionArn } = job;
  try {
    const history =
      executionArn === undefined ? undefined : await readHistory(workflows, executionsOf(executionArn));
    return assembleTimeline(job, kindsOf(stepKinds, job), history);
  } catch (error) {
    if (error instanceof Error && error.name === "ThrottlingException") return tooManyTimelines;
    throw error;
  }
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (throttling of API actions) */
const tooManyTimelines: Problem = {
  status: 503,
  title: "Service Unavailable",
  detail:
    "Step Functions is asked for too many histories just now. Send the request again in a second, or without view=full.",
};

/** @param history absent when nothing but the record tells of the job */
export function assembleTimeline(
  job: JobRecord,
  kinds: Readonly<Record<string, StepKind>>,
  history: JobHistory | undefined,
): Timeline {
  const names = [
    ...Object.keys(kinds).filter((name) => Object.hasOwn(job.steps, name)),
    ...Object.keys(job.steps).filter((name) => !Object.hasOwn(kinds, name)),
  ];
  const { events, ...missing } = history ?? nothingWritten;
  const runs = stepRunsIn(events, names);
  const steps = names.map((name): TimelineStep => {
    const kind = own(kinds, name);
    const run = own(runs, name) ?? notInHistory(job, name, history);
    const result = resultOf(job, name);
    return { name, ...(kind ? { kind } : {}), ...run, ...(result === undefined ? {} : { result }) };
  });
  const note = noteOn(missing);
  return { steps, complete: note === undefined, ...(note === undefined ? {} : { note }) };
}

function kindsOf(stepKinds: StepKinds, { process }: JobRecord): Readonly<Record<string, StepKind>> {
  return own(stepKinds, process) ?? {};
}

/** Names are anyone's: `constructor` is one, too. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A history that is all there knows that the step has not begun; otherwise the record is asked. */
function notInHistory(job: JobRecord, name: string, history: JobHistory | undefined): RecordedRun {
  const isWhole = history && history.events.length > 0 && !history.forgotten && !history.cut;
  return isWhole ? { status: "PENDING", attempts: [] } : recordedRun(job, name);
}

function resultOf({ status, steps }: JobRecord, name: string): string | undefined {
  if (status === "SUCCEEDED") return `/result/${name}`;
  return steps[name]?.answer ? `/steps/${name}/answer` : undefined;
}

function noteOn({ forgotten, cut }: Omit<JobHistory, "events">): string | undefined {
  if (forgotten) {
    return "Step Functions keeps histories for 90 days after an execution has ended: what is older is told as far as the job's record knows it.";
  }
  return cut ? "There are more events than one request reads: the oldest attempts are left out." : undefined;
}
