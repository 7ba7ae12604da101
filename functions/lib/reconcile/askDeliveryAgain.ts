import { sendEgress } from "../egress/sendEgress";
import type { JobRecord } from "../job";
import { changeJob } from "../jobsTable";
import { logEvent } from "../logEvent";
import type { ReconcileServices, Repair } from "./reconcileServices";

/**
 * After how long without a word the message of a delivery counts as lost, in milliseconds: each try says something, and
 * SQS hides a message for twelve hours at most.
 */
export const deliveryQuiet = 13 * 3_600_000;

/** Sends the message of a delivery again. If the other was not lost after all, one of the two finds the job ended. */
export async function askDeliveryAgain(
  { table, queues, settings, now }: ReconcileServices,
  { jobId, process, updatedAt }: JobRecord,
): Promise<Repair | undefined> {
  await sendEgress(queues, settings.egressQueueUrl, jobId);
  // So that it is not sent again at once; were this write lost, it would be sent once more.
  await changeJob(table, settings.tableName, jobId, {
    update: "SET updatedAt = :now",
    condition: "#status = :running AND updatedAt = :seenAt",
    values: { ":running": "RUNNING", ":seenAt": updatedAt, ":now": new Date(now).toISOString() },
  });
  logEvent("delivery asked for again", { jobId, process, status: "RUNNING" });
  return "delivery asked again";
}
