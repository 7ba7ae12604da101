import type { JobRecord } from "../job";
import { logEvent } from "../logEvent";
import { moveJob } from "../moveJob";
import { grace, type OpenJob, type ReconcileServices, type Repair } from "./reconcileServices";

/** Whether the job says that it waits for a hand-off whose time was up a while ago. */
export function isOverdue({ status, handoff }: Pick<OpenJob, "status" | "handoff">, now: number): boolean {
  return status === "WAITING" && handoff !== undefined && now - Date.parse(handoff.deadline) > grace;
}

/**
 * The execution of an overdue job runs on, so the hand-off was ended by somebody else, and its token is gone. How the
 * step went is for the workflow to record; an answer that comes now is late.
 */
export async function recordOver(
  { table, settings, now }: ReconcileServices,
  { jobId, process, handoff, updatedAt }: JobRecord,
): Promise<Repair | undefined> {
  if (!handoff) return undefined;
  const { step, token } = handoff;
  const moved = await moveJob(table, settings.tableName, jobId, {
    ...{ by: "moveOn", to: "RUNNING" },
    set: "updatedAt = :now, steps.#step.#status = :to",
    condition: "handoff.#token = :token AND updatedAt = :seenAt",
    names: { "#step": step, "#token": "token" },
    values: { ":token": token, ":seenAt": updatedAt, ":now": new Date(now).toISOString() },
  });
  if (!moved) return undefined;
  logEvent("hand-off is over", { jobId, process, step, status: "RUNNING" });
  return "hand-off over";
}
