import type { JobRecord } from "./job";
import { logEvent } from "./logEvent";
import { embeddedMetric } from "./metric";

/**
 * Logs how a job ended, with an embedded metric: `JobDuration`, from the submission to the end, by stack, process and
 * status. Its number of samples is that of jobs. Each combination that occurs is a metric of CloudWatch, and costs.
 * @param stack the stack's name; empty for no metric
 */
export function logJobEnd({ jobId, process, status, createdAt, updatedAt }: JobRecord, stack: string): void {
  const about = { jobId, process, status };
  if (stack === "") return logEvent("job ended", about);
  logEvent("job ended", {
    ...about,
    stack,
    JobDuration: Date.parse(updatedAt) - Date.parse(createdAt),
    _aws: embeddedMetric({
      ...{ name: "JobDuration", unit: "Milliseconds", at: Date.parse(updatedAt) },
      dimensions: [["stack", "process", "status"]],
    }),
  });
}
