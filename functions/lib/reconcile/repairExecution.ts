import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  type DescribeExecutionOutput,
} from "@aws-sdk/client-sfn";
import { closeJob, type JobEnd } from "../closeJob";
import { failedEnd, isItsEnd } from "../executionEnd";
import type { JobRecord } from "../job";
import { logEvent } from "../logEvent";
import { executionOf, startExecution } from "../startExecution";
import type { ReconcileServices, Repair } from "./reconcileServices";

/** Repairs a job whose execution is not known to run: it ended, was never started, or never redriven. */
export async function repairExecution(
  services: ReconcileServices,
  job: JobRecord,
): Promise<Repair | undefined> {
  const execution = await readExecution(services, job);
  if (!execution) return wasStarted(services, job) ? closeUnknown(services, job) : start(services, job);
  const { status = "", stopDate } = execution;
  if (status === "RUNNING" || status === "PENDING_REDRIVE" || !stopDate) return undefined;
  if (isItsEnd({ ...execution, executionArn: job.executionArn ?? "", status }, job)) {
    return close(services, job, endOf(execution, stopDate), "execution ended");
  }
  return finishRedrive(services, job, execution, stopDate);
}

async function readExecution(
  { workflows, pace }: ReconcileServices,
  { executionArn }: JobRecord,
): Promise<DescribeExecutionOutput | undefined> {
  await pace();
  try {
    return await workflows.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** How long before Step Functions forgets an execution, ninety days after its end, in milliseconds. */
const remembered = 80 * 86_400_000;

/** Whether an execution of which nothing is known may have run: nothing must run twice. */
function wasStarted({ now }: ReconcileServices, { status, steps, handoff, updatedAt }: JobRecord): boolean {
  const untouched = Object.values(steps).every((step) => step.status === "PENDING");
  return (
    status !== "RUNNING" || handoff !== undefined || !untouched || now - Date.parse(updatedAt) > remembered
  );
}

/** The job was marked RUNNING, and whoever did so came no further. */
async function start(
  { workflows, settings }: ReconcileServices,
  job: JobRecord,
): Promise<Repair | undefined> {
  const { jobId, process, executionArn = "" } = job;
  const execution = executionOf(settings, process, executionArn.slice(executionArn.lastIndexOf(":") + 1));
  if (execution?.arn !== executionArn) return undefined;
  await startExecution(workflows, settings, execution, job);
  logEvent("job started", { jobId, process, status: "RUNNING" });
  return "started";
}

function closeUnknown(services: ReconcileServices, job: JobRecord): Promise<Repair | undefined> {
  const cause =
    "Step Functions does not know the execution of this job any more; how it ended was never heard of.";
  const error = { code: "ExecutionUnknown", cause };
  const at = new Date(services.now).toISOString();
  return close(services, job, { by: "end", status: "FAILED", error, at }, "execution unknown");
}

/** The job was opened for a redrive, and whoever did so came no further. */
async function finishRedrive(
  services: ReconcileServices,
  job: JobRecord,
  execution: DescribeExecutionOutput,
  stopDate: Date,
): Promise<Repair | undefined> {
  const { executionArn, jobId, process } = job;
  try {
    await services.workflows.send(new RedriveExecutionCommand({ executionArn }));
    logEvent("job runs again", { jobId, process, status: "RUNNING", outcome: "redriven" });
    return "redriven";
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) throw error;
    return close(services, job, endOf(execution, stopDate), "execution ended");
  }
}

function endOf(execution: DescribeExecutionOutput, stopDate: Date): JobEnd {
  const { executionArn = "", status = "", error, cause, output = "{}" } = execution;
  const at = stopDate.toISOString();
  const failed = failedEnd({ executionArn, status, error, cause }, at);
  if (failed) return failed;
  // What a workflow ends with is its state: see `workflowDefinition`.
  const { results = {} } = JSON.parse(output) as { readonly results?: object };
  return { by: "end", status: "SUCCEEDED", result: JSON.stringify(results), at };
}

async function close(
  { table, settings }: ReconcileServices,
  job: JobRecord,
  end: JobEnd,
  repair: Repair,
): Promise<Repair | undefined> {
  const { jobId, process } = job;
  if (!(await closeJob(table, settings.tableName, job, end))) return undefined;
  logEvent("job ended outside its workflow", { jobId, process, status: end.status });
  return repair;
}
