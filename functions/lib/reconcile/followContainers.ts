import { DescribeJobsCommand } from "@aws-sdk/client-batch";
import { consoleLogUrl, progressOf, stepDetail, type BatchJobDetail } from "../batchJob";
import { closeJob } from "../closeJob";
import { followContainer } from "../followContainer";
import type { JobRecord } from "../job";
import { readJob } from "../jobsTable";
import { logEvent } from "../logEvent";
import { grace, type OpenJob, type ReconcileServices, type Repair } from "./reconcileServices";

/** A container as DescribeJobs describes it: an event's detail, with the time of its end. */
type DescribedContainer = BatchJobDetail & { readonly stoppedAt?: number };

/** What AWS Batch says of the containers of these jobs, by job; of those that were left alone for long enough. */
export async function describeContainers(
  { batch, now }: ReconcileServices,
  jobs: readonly OpenJob[],
): Promise<ReadonlyMap<string, DescribedContainer | undefined>> {
  const quiet = jobs.filter(({ updatedAt }) => now - Date.parse(updatedAt) >= grace);
  if (quiet.length === 0) return new Map();
  const jobIds = quiet.map(({ jobId }) => jobId);
  const { jobs: described = [] } = await batch.send(new DescribeJobsCommand({ jobs: jobIds }));
  const found = new Map(described.map((detail) => [detail.jobId, detail as unknown as DescribedContainer]));
  return new Map(jobIds.map((jobId) => [jobId, found.get(jobId)]));
}

/** Records how far a container has come, if the job does not know; or that Batch does not know it any more. */
export async function repairContainer(
  services: ReconcileServices,
  { jobId }: OpenJob,
  detail: DescribedContainer | undefined,
): Promise<Repair | undefined> {
  const { table, settings } = services;
  const job = await readJob(table, settings.tableName, jobId);
  if (job?.status !== "RUNNING") return undefined;
  return detail ? follow(services, job, detail) : closeForgotten(services, job);
}

async function follow(
  { table, settings, now }: ReconcileServices,
  { process, steps }: JobRecord,
  detail: DescribedContainer,
): Promise<Repair | undefined> {
  // Such a job is one container, and has one step.
  const [step = "", record] = Object.entries(steps)[0] ?? [];
  const { progress = -1 } = (record?.detail ?? {}) as { readonly progress?: number };
  if (progress >= progressOf(detail)) return undefined;
  const region = detail.jobDefinition.split(":")[3] ?? "";
  const shown = stepDetail(detail, (stream) => consoleLogUrl(region, settings.logGroupName, stream));
  const at = new Date(detail.stoppedAt ?? now).toISOString();
  const state = { process, step, detail, shown, at };
  return (await followContainer(table, settings.tableName, state)) ? "container followed" : undefined;
}

/** How long nothing must have been heard of a container that Batch does not describe, in milliseconds. */
const forgottenAfter = 86_400_000;

/**
 * Batch describes a job for at least seven days after its end, so one that it does not know has ended. How, nobody can
 * tell: the job fails, rather than look as if it ran.
 */
async function closeForgotten(
  { table, settings, now }: ReconcileServices,
  job: JobRecord,
): Promise<Repair | undefined> {
  if (now - Date.parse(job.updatedAt) < forgottenAfter) return undefined;
  const { jobId, process } = job;
  const cause = "AWS Batch does not know this container any more; how it ended was never heard of.";
  const [step] = Object.keys(job.steps);
  const error = { code: "ContainerUnknown", cause, ...(step === undefined ? {} : { step }) };
  const end = { by: "end", status: "FAILED", error, at: new Date(now).toISOString() } as const;
  if (!(await closeJob(table, settings.tableName, job, end))) return undefined;
  logEvent("container is unknown", { jobId, process, status: "FAILED" });
  return "container unknown";
}
