import type { BatchStep, Process } from "../catalogue/process";
import { backoff, type State, type WorkflowBindings } from "./state";

/**
 * Runs a container and is told of its end, so that a job costs the same however long it takes. The container's
 * environment comes with the input, for which parameters there are is only known then.
 */
export function batchTask(process: Process, step: BatchStep, { partition, batch }: WorkflowBindings): State {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::batch:submitJob.sync`,
    Parameters: {
      // `<step>-<jobId>`: by it the events of the Batch job find their job.
      "JobName.$": `States.Format('${step.name}-{}', $.jobId)`,
      JobQueue: batch.queueArn,
      JobDefinition: batch.definitionArns[step.name],
      ContainerOverrides: { "Environment.$": "$.environment" },
      // The tags of the group, as it is when the job starts; the task on Fargate is what costs.
      ...(process.tagGroup === undefined ? {} : { "Tags.$": "$.tags", PropagateTags: true }),
    },
    ResultSelector: {
      "batchJobId.$": "$.JobId",
      "exitCode.$": "$.Container.ExitCode",
      "attempts.$": "States.ArrayLength($.Attempts)",
    },
    // Named one by one: States.TaskFailed would match a container that failed, too, whose retries are Batch's.
    Retry: [
      {
        ErrorEquals: ["Batch.ServerException", "Batch.AWSBatchException", "Batch.SdkClientException"],
        ...backoff,
        MaxAttempts: 5,
      },
    ],
  };
}
