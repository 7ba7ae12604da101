import { logError, logEvent } from "../logEvent";
import { describeContainers, repairContainer } from "./followContainers";
import { openJobs, type OpenPage } from "./openJobs";
import type { OpenJob, ReconcileServices, Repair } from "./reconcileServices";
import { repairJob } from "./repairJob";
import { readPlace, savePlace } from "./savedPlace";

/** What an invocation has done, counted. */
export interface Tally {
  readonly repairs: Partial<Record<Repair, number>>;
  /** Jobs that could not be looked at, or repaired. */
  failures: number;
}

/**
 * Goes through the open jobs, oldest first, from where the last invocation had to stop. Jobs that need nothing cost a
 * part of a read, so many that wait do not keep it from the others.
 * @param timeIsUp whether to leave the rest to the next invocation; asked before each page
 */
export async function reconcile(
  services: ReconcileServices,
  tally: Tally,
  timeIsUp: () => boolean,
): Promise<void> {
  if (timeIsUp()) return;
  const { table, settings, now } = services;
  const begin = await readPlace(table, settings.tableName);
  for await (const page of openJobs(table, settings.tableName, now, begin)) {
    await repairPage(services, tally, page);
    if (page.next && timeIsUp()) {
      logEvent("open jobs are left to the next invocation", { status: page.next.status });
      return savePlace(table, settings.tableName, page.next);
    }
  }
  if (begin) await savePlace(table, settings.tableName);
}

/** One job after another: what fails for one is told, and does not keep the others from being repaired. */
async function repairPage(services: ReconcileServices, tally: Tally, { jobs }: OpenPage): Promise<void> {
  const containers = jobs.filter(({ source }) => source === "batch");
  const described = await describeContainers(services, containers);
  for (const job of jobs) {
    if (job.source !== "batch") await count(tally, job, () => repairJob(services, job));
    else if (described.has(job.jobId)) {
      await count(tally, job, () => repairContainer(services, job, described.get(job.jobId)));
    }
  }
}

async function count(
  tally: Tally,
  { jobId, process, status }: OpenJob,
  repair: () => Promise<Repair | undefined>,
): Promise<void> {
  try {
    const done = await repair();
    if (done === undefined) return;
    tally.repairs[done] = (tally.repairs[done] ?? 0) + 1;
    logEvent("job reconciled", { jobId, process, status, repair: done });
  } catch (error) {
    tally.failures += 1;
    logError("job could not be reconciled", error, { jobId, process, status });
  }
}
