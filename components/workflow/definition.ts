import { handoffsOf, type HandoffStep, type InvokeStep, type Process, type Step } from "../catalogue/process";
import { batchTask } from "./batchTask";
import { backoff, type State, type StateMachineDefinition, type WorkflowBindings } from "./state";
import { recordFailure, recordSuccess, recordTimeout } from "./recordStates";

/**
 * The state machine of a process: its steps in order, each caught, then a record of how the job ended.
 * Its input is `{jobId, process, client, parameters, results}`; each step's answer goes to `$.results.<step>`.
 */
export function workflowDefinition(process: Process, bindings: WorkflowBindings): StateMachineDefinition {
  const [first] = process.steps;
  if (!first) throw new Error(`the process ${process.name} has no steps`);
  const states = process.steps.flatMap((step, index) =>
    Object.entries(statesOf(process, step, index, bindings)),
  );
  return {
    Comment: process.description || `The workflow of ${process.name}`,
    QueryLanguage: "JSONPath",
    StartAt: first.name,
    States: { ...Object.fromEntries(states), ...recordSuccess(process, bindings), ...alreadyEnded },
  };
}

/** A job that was ended from outside, while its last step ran, stays as it was recorded. */
const alreadyEnded = { AlreadyEnded: { Type: "Succeed" } };

function statesOf(process: Process, step: Step, index: number, bindings: WorkflowBindings) {
  const next = process.steps[index + 1]?.name ?? "RecordSuccess";
  const task = taskOf(process, step, bindings);
  return {
    [step.name]: { ...task, ResultPath: `$.results.${step.name}`, Catch: catchersOf(step), Next: next },
    ...recordFailure(process, step, bindings),
    ...recordTimeout(process, step, bindings),
  };
}

function taskOf(process: Process, step: Step, bindings: WorkflowBindings): State {
  switch (step.kind) {
    case "invoke":
      return invokeTask(step, bindings);
    case "batch":
      return batchTask(process, step, bindings);
    case "handoff":
      return handoffTask(process, step, bindings);
  }
}

/** Timeouts first, since `States.ALL` matches them too. */
function catchersOf({ name }: Step) {
  return [
    {
      ErrorEquals: ["States.Timeout", "States.HeartbeatTimeout"],
      ResultPath: "$.error",
      Next: `RecordTimeout.${name}`,
    },
    { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: `RecordFailure.${name}` },
  ];
}

/**
 * The function's ARN as the resource, so that its answer is the task's result. The optimised `lambda:invoke` wraps it
 * in metadata that JSONPath cannot take off again in the same state.
 */
function invokeTask(step: InvokeStep, { functionArns }: WorkflowBindings): State {
  return {
    Type: "Task",
    Resource: functionArns[step.function],
    Parameters: { step: step.name, ...jobParameters },
    Retry: [
      // A step that knows that trying again is useless throws an error of this name.
      { ErrorEquals: ["PermanentFailure"], MaxAttempts: 0 },
      { ErrorEquals: ["States.TaskFailed"], ...backoff, MaxAttempts: 3 },
    ],
  };
}

function handoffTask(process: Process, step: HandoffStep, bindings: WorkflowBindings): State {
  return {
    Type: "Task",
    Resource: `arn:${bindings.partition}:states:::sqs:sendMessage.waitForTaskToken`,
    Parameters: {
      QueueUrl: bindings.handoffQueueUrl,
      MessageBody: {
        step: step.name,
        ...jobParameters,
        "token.$": "$$.Task.Token",
        "enteredAt.$": "$$.State.EnteredTime",
        "attempt.$": "$$.State.RetryCount",
        deadlineSeconds: step.deadlineSeconds,
        ownFolder: handoffsOf(process).length > 1,
        ...(process.largeResults ? { largeResults: true } : {}),
      },
    },
    TimeoutSeconds: step.deadlineSeconds,
    ...(step.heartbeatSeconds === undefined ? {} : { HeartbeatSeconds: step.heartbeatSeconds }),
    // Named one by one: States.TaskFailed would match what the other side says in failure.json, too.
    Retry: [
      {
        ErrorEquals: ["SQS.SdkClientException", "SQS.AmazonSQSException", "SQS.RequestThrottledException"],
        ...backoff,
        MaxAttempts: 5,
      },
    ],
  };
}

const jobParameters = {
  "jobId.$": "$.jobId",
  "process.$": "$.process",
  "client.$": "$.client",
  "parameters.$": "$.parameters",
  "results.$": "$.results",
};
