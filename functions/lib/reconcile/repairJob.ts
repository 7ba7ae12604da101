import { egressProcess } from "../egress/egressProcess";
import type { JobRecord } from "../job";
import { readJob } from "../jobsTable";
import { executionOf } from "../startExecution";
import { startJob } from "../startJob";
import { askDeliveryAgain, deliveryQuiet } from "./askDeliveryAgain";
import { grace, type OpenJob, type ReconcileServices, type Repair } from "./reconcileServices";
import { repairExecution } from "./repairExecution";
import { isOverdue, recordOver } from "./recordOver";

/**
 * Compares one open job with the truth and repairs it, if it was left alone for long enough. Jobs of containers that
 * were submitted straight to the queue are compared together: see `followContainers`.
 */
export async function repairJob(services: ReconcileServices, seen: OpenJob): Promise<Repair | undefined> {
  if (!(await isSuspicious(services, seen))) return undefined;
  const { table, settings, now } = services;
  // The index may be a moment behind the table.
  const job = await readJob(table, settings.tableName, seen.jobId);
  if (!job || job.status !== seen.status || job.updatedAt !== seen.updatedAt) return undefined;
  if (job.status === "SUBMITTED") return start(services, job);
  if (job.process === egressProcess) return askDeliveryAgain(services, job);
  if (isOverdue(job, now) && (await isRunning(services, job))) return recordOver(services, job);
  return repairExecution(services, job);
}

async function isSuspicious(services: ReconcileServices, job: OpenJob): Promise<boolean> {
  const { settings, now } = services;
  const quiet = now - Date.parse(job.updatedAt);
  if (quiet < grace) return false;
  if (job.status === "SUBMITTED") return true;
  if (job.process === egressProcess) return settings.egressQueueUrl !== "" && quiet >= deliveryQuiet;
  // The executions of a process that has left the catalogue record their ends; nobody here may ask for them.
  if (!ownMachine(services, job)) return false;
  return isOverdue(job, now) || !(await isRunning(services, job));
}

async function start(services: ReconcileServices, job: JobRecord): Promise<Repair> {
  await startJob(services, job);
  return "started";
}

/** The state machine of the job's execution, if it is still that of its process. */
function ownMachine(
  { settings }: ReconcileServices,
  { process, executionArn = "" }: OpenJob,
): string | undefined {
  const name = executionArn.slice(executionArn.lastIndexOf(":") + 1);
  const execution = executionOf(settings, process, name);
  return execution?.arn === executionArn ? execution.stateMachineArn : undefined;
}

async function isRunning(services: ReconcileServices, job: OpenJob): Promise<boolean> {
  const machine = ownMachine(services, job);
  return machine !== undefined && services.running.includes(machine, job.executionArn ?? "");
}
