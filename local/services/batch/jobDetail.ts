import type { JsonObject } from "../jsonProtocol";
import type { Attempt, ContainerState, Job } from "./job";
import type { Submission } from "./submission";

/** A job as DescribeJobs gives it. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html */
export function jobDetail(job: Job, tags: Readonly<Record<string, string>>): JsonObject {
  const { submission, endRequest } = job;
  const { definition, retryStrategy, timeoutSeconds } = submission;
  return defined({
    jobArn: job.arn,
    jobName: submission.jobName,
    jobId: job.id,
    jobQueue: submission.queue.arn,
    status: job.status,
    attempts: job.attempts.map(attemptDetail),
    statusReason: job.statusReason,
    createdAt: job.createdAt,
    retryStrategy,
    startedAt: job.startedAt,
    stoppedAt: job.stoppedAt,
    dependsOn: dependsOn(job),
    jobDefinition: definition.arn,
    parameters: submission.parameters,
    container: containerDetail(submission, job.container),
    arrayProperties: arrayProperties(job),
    timeout: timeoutSeconds === undefined ? undefined : { attemptDurationSeconds: timeoutSeconds },
    tags,
    propagateTags: submission.propagateTags,
    platformCapabilities: definition.platformCapabilities,
    eksAttempts: [],
    isCancelled: endRequest?.kind === "CANCEL",
    isTerminated: endRequest?.kind === "TERMINATE",
  });
}

/** A job as ListJobs gives it. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobSummary.html */
export function jobSummary(job: Job): JsonObject {
  const { exitCode, reason } = job.container;
  return defined({
    jobArn: job.arn,
    jobId: job.id,
    jobName: job.submission.jobName,
    createdAt: job.createdAt,
    status: job.status,
    statusReason: job.statusReason,
    startedAt: job.startedAt,
    stoppedAt: job.stoppedAt,
    container: defined({ exitCode, reason }),
    arrayProperties: arrayProperties(job),
    jobDefinition: job.submission.definition.arn,
    isCancelled: job.endRequest?.kind === "CANCEL" || undefined,
    isTerminated: job.endRequest?.kind === "TERMINATE" || undefined,
  });
}

function attemptDetail({ container, startedAt, stoppedAt, statusReason }: Attempt): JsonObject {
  return defined({
    container: { ...container, networkInterfaces: [] },
    startedAt,
    stoppedAt,
    statusReason,
    taskProperties: [],
  });
}

function containerDetail({ container }: Submission, state: ContainerState): JsonObject {
  const { image, command, environment, resourceRequirements, jobRoleArn, executionRoleArn, rest } = container;
  return defined({
    image,
    command,
    jobRoleArn,
    executionRoleArn,
    volumes: [],
    environment,
    mountPoints: [],
    ulimits: [],
    ...state,
    networkInterfaces: [],
    resourceRequirements,
    secrets: [],
    ...rest,
  });
}

/** A child shows what it waits for itself: the child of the same index, and the one before. */
function dependsOn({ submission, member }: Job): readonly JsonObject[] {
  return submission.dependsOn.map(({ type, job }) => {
    if (!job) return defined({ type, jobId: member && member.parent.children[member.index - 1]?.id });
    const jobId = type && member ? (job.children[member.index]?.id ?? job.id) : job.id;
    return defined({ type, jobId });
  });
}

function arrayProperties({ children, member, submission: { arraySize: size } }: Job): JsonObject | undefined {
  if (member) return { size, index: member.index, statusSummary: {} };
  if (size === undefined) return undefined;
  const count = (status: string) => children.filter((child) => child.status === status).length;
  const statuses = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"];
  return { statusSummary: Object.fromEntries(statuses.map((status) => [status, count(status)])), size };
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
