import type { JsonObject } from "../jsonProtocol";
import { clientException } from "./errors";
import { objects, optionalChoice, optionalText, requiredText, texts } from "./input";
import type { Job } from "./job";
import { jobSummary } from "./jobDetail";
import type { JobQueues } from "./jobQueues";
import type { JobStore } from "./jobStore";
import { page } from "./pages";

const statuses = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"] as const;

/**
 * The jobs of a queue or the children of an array job, newest first; RUNNING ones unless the request says otherwise.
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html
 */
export function listJobs(input: JsonObject, store: JobStore, queues: JobQueues): JsonObject {
  const [filter, ...others] = objects(input, "filters");
  if (others.length > 0) throw clientException("Only one filter can be used at a time.");
  const status = optionalChoice(input, "jobStatus", statuses);
  const matches = filter ? readFilter(filter) : (job: Job) => job.status === (status ?? "RUNNING");
  const jobs = candidates(input, store, queues).filter(matches).reverse();
  const { items, ...rest } = page(jobs, input, filter ? 100 : 1000);
  return { jobSummaryList: items.map(jobSummary), ...rest };
}

function candidates(input: JsonObject, store: JobStore, queues: JobQueues): readonly Job[] {
  const arrayJobId = optionalText(input, "arrayJobId");
  if (arrayJobId !== undefined) {
    const parent = store.find(arrayJobId);
    if (!parent) throw clientException(`Job ${arrayJobId} not found.`);
    return parent.children;
  }
  const name = requiredText(input, "jobQueue");
  const queue = queues.find(name);
  if (!queue) throw clientException(`JobQueue ${name} not found.`);
  return store.all().filter((job) => !job.member && job.submission.queue === queue);
}

function readFilter(filter: JsonObject): (job: Job) => boolean {
  const name = requiredText(filter, "name");
  const values = texts(filter, "values");
  const any = (test: (value: string) => boolean) => values.some(test);
  switch (name) {
    case "JOB_NAME":
      return ({ submission }) => any((value) => glob(value.toLowerCase(), submission.jobName.toLowerCase()));
    case "JOB_DEFINITION":
      return ({ submission: { definition } }) =>
        any((value) => value === definition.arn || glob(value, definition.name));
    case "BEFORE_CREATED_AT":
      return ({ createdAt }) => any((value) => createdAt < Number(value));
    case "AFTER_CREATED_AT":
      return ({ createdAt }) => any((value) => createdAt > Number(value));
    default:
      throw clientException(`The local cloud does not know the filter ${name}`);
  }
}

function glob(pattern: string, value: string): boolean {
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
