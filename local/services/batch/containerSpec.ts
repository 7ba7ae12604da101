import type { ContainerSpec } from "./container/container";
import type { ComputeEnvironment } from "./computeEnvironments";
import { resourcesOf } from "./containerProperties";
import type { Job } from "./job";
import { substitute } from "./parameters";

/** The container of a job's next attempt. @param credentials what the job role gives it */
export function containerSpec(
  job: Job,
  environment: ComputeEnvironment,
  credentials: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
): ContainerSpec {
  const { container, parameters } = job.submission;
  const { vcpus, memory } = resourcesOf(container);
  const own = container.environment.map(({ name, value }) => [name, value]);
  return {
    image: container.image,
    command: substitute(container.command, parameters),
    environment: {
      ...credentials,
      ...(Object.fromEntries(own) as Record<string, string>),
      ...batchVariables(job, environment),
    },
    vcpus,
    memoryMib: memory,
    onLine,
  };
}

/** Source: https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html */
function batchVariables(job: Job, { name }: ComputeEnvironment): Record<string, string> {
  const { member, submission } = job;
  return {
    AWS_BATCH_JOB_ID: job.id,
    AWS_BATCH_JQ_NAME: submission.queue.name,
    AWS_BATCH_CE_NAME: name,
    AWS_BATCH_JOB_ATTEMPT: String(job.attempts.length + 1),
    ...(member && {
      AWS_BATCH_JOB_ARRAY_INDEX: String(member.index),
      AWS_BATCH_JOB_ARRAY_SIZE: String(submission.arraySize),
    }),
  };
}
