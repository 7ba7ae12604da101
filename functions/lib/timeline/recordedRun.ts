import type { ErrorRecord, JobRecord, StepRecord } from "../job";
import { shownStatus } from "../shownStatus";
import { failure } from "./failure";
import type { Attempt, StepRun } from "./stepRun";

/** What the job's record says of a step. A status is missing where the record does not follow the step. */
export type RecordedRun = Omit<StepRun, "status"> & { readonly status?: StepRun["status"] };

/** How a step went, as far as the record of its job tells: each run once, with whatever retries it had. */
export function recordedRun(job: JobRecord, name: string): RecordedRun {
  const step = job.steps[name] ?? { status: "PENDING" as const };
  const { earlier = [], ...now } = step;
  const runs = [...earlier, ...(now.status === "PENDING" ? [] : [now])];
  const error = job.error?.step === name ? job.error : undefined;
  const attempts = runs.map((run) => attemptOf(run, run === now ? error : undefined));
  const status = shownStatus(job, step);
  const [first, last] = [attempts[0], attempts.at(-1)];
  return {
    ...(status === undefined ? {} : { status }),
    ...(first?.startedAt === undefined ? {} : { startedAt: first.startedAt }),
    ...(last?.endedAt === undefined || last.status !== status ? {} : { endedAt: last.endedAt }),
    attempts,
  };
}

function attemptOf(
  { status, startedAt, endedAt }: Omit<StepRecord, "earlier">,
  error: ErrorRecord | undefined,
): Attempt {
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    status,
    ...(error ? failure(error.code, error.cause) : {}),
  };
}
