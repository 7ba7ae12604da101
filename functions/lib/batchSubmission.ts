import type { Json, JsonObject } from "./job";
import type { Problem, Violation } from "./problem";

/** The body of Batch's SubmitJob, as far as it is taken. */
export interface BatchSubmission {
  readonly jobName: string;
  readonly jobDefinition: string;
  readonly parameters: JsonObject;
}

const known = ["jobName", "jobQueue", "jobDefinition", "parameters"];

/**
 * Reads a body in the shape of AWS Batch's SubmitJob: the job definition names the process, the queue must be ours.
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
 * @param queues the names and ARNs by which notifiers know the queue
 */
export function parseBatchSubmission(body: string, queues: readonly string[]): BatchSubmission | Problem {
  const value = parseObject(body);
  if (!value) return { status: 400, title: "Bad Request", detail: "The body is not a JSON object." };
  const errors = [...unknownMembers(value), ...malformed(value)];
  if (errors.length > 0) {
    const detail = "The body does not have the shape of a SubmitJob that can be taken.";
    return { status: 400, title: "Bad Request", detail, errors };
  }
  const { jobName, jobQueue, jobDefinition, parameters = {} } = value as unknown as SubmitJobBody;
  if (!queues.includes(jobQueue)) {
    const detail = `There is no queue "${jobQueue}". Known queues: ${queues.join(", ")}.`;
    return {
      status: 422,
      title: "Unprocessable Content",
      detail,
      errors: [{ pointer: "/jobQueue", detail }],
    };
  }
  return { jobName, jobDefinition: jobDefinition.replace(/:\d+$/, ""), parameters };
}

interface SubmitJobBody {
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition: string;
  readonly parameters?: JsonObject;
}

function parseObject(body: string): JsonObject | undefined {
  try {
    const value = JSON.parse(body) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    // The caller answers with what is wrong.
    return undefined;
  }
}

/** What Batch would act upon and this would not must not be passed over in silence. */
function unknownMembers(value: JsonObject): Violation[] {
  return Object.keys(value)
    .filter((member) => !known.includes(member))
    .map((member) => ({
      pointer: `/${member}`,
      detail: "is not taken here: what a container runs with stands in the catalogue",
    }));
}

/** Source: the API reference of SubmitJob, for the job's name. */
function malformed({ jobName, jobQueue, jobDefinition, parameters = {} }: JsonObject): Violation[] {
  const named = typeof jobName === "string" && /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(jobName);
  const rules: [boolean, string, string][] = [
    [named, "/jobName", "must be 1 to 128 letters, digits, hyphens or underscores"],
    [typeof jobQueue === "string", "/jobQueue", "must be the name or the ARN of a queue"],
    [typeof jobDefinition === "string", "/jobDefinition", "must name a process of the catalogue"],
    [typeof parameters === "object" && parameters !== null, "/parameters", "must be an object"],
  ];
  return rules.flatMap(([holds, pointer, detail]) => (holds ? [] : [{ pointer, detail }]));
}
