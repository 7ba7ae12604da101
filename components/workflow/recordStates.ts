import { conditionOf, type StatusAfter } from "../../functions/lib/transitions";
import type { Process, Step } from "../catalogue/process";
import { backoff, type State, type WorkflowBindings } from "./state";

type States = Readonly<Record<string, State>>;

/** The state that ends a job well. */
export function recordSuccess(process: Process, bindings: WorkflowBindings): States {
  const update = jobUpdate(bindings, "SUCCEEDED", process.steps, {
    set: "#result = :result",
    names: { "#result": "result" },
    values: { ":result": { "S.$": "States.JsonToString($.results)" } },
  });
  return { RecordSuccess: { ...update, End: true } };
}

/** The states that end a job whose step failed. The cause is kept as JSON, for not every error has a `Cause`. */
export function recordFailure(process: Process, step: Step, bindings: WorkflowBindings): States {
  const update = failedUpdate(process, step, bindings, "FAILED", {
    code: { "S.$": "$.error.Error" },
    cause: { "S.$": "States.JsonToString($.error)" },
  });
  return {
    [`RecordFailure.${step.name}`]: { ...update, Next: `Failed.${step.name}` },
    [`Failed.${step.name}`]: endUntilRedriven(step, bindings),
  };
}

/** The states that end a job whose step ran out of time. */
export function recordTimeout(process: Process, step: Step, bindings: WorkflowBindings): States {
  const cause = `The step ${step.name} was not done in time${timeLimits(step)}.`;
  const update = failedUpdate(process, step, bindings, "TIMED_OUT", {
    code: { "S.$": "$.error.Error" },
    cause: { S: cause },
  });
  return {
    [`RecordTimeout.${step.name}`]: { ...update, Next: `TimedOut.${step.name}` },
    [`TimedOut.${step.name}`]: endUntilRedriven(step, bindings),
  };
}

/**
 * Ends the execution as failed, since the job is not RUNNING any more. A redrive enters the state again that failed, which
 * a Fail state would do for ever; here it finds that the job was opened again, and goes on with the step.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
function endUntilRedriven(step: Step, bindings: WorkflowBindings): State {
  return {
    Type: "Task",
    Comment: `Fails, for the job has ended; redriven, it goes on with ${step.name}`,
    Resource: `arn:${bindings.partition}:states:::dynamodb:updateItem`,
    Parameters: {
      TableName: bindings.jobsTableName,
      Key: { jobId: { "S.$": "$.jobId" } },
      ConditionExpression: "#status = :running",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":running": { S: "RUNNING" } },
    },
    ResultPath: null,
    Retry: recordRetry,
    Next: step.name,
  };
}

function timeLimits(step: Step): string {
  if (step.kind !== "handoff") return "";
  const { deadlineSeconds, heartbeatSeconds } = step;
  const heartbeat = heartbeatSeconds === undefined ? "" : `, heartbeat ${heartbeatSeconds} s`;
  return ` (deadline ${deadlineSeconds} s${heartbeat})`;
}

function failedUpdate(
  process: Process,
  step: Step,
  bindings: WorkflowBindings,
  status: "FAILED" | "TIMED_OUT",
  error: Readonly<Record<string, unknown>>,
): State {
  const before = process.steps.slice(0, process.steps.indexOf(step));
  return jobUpdate(bindings, status, before, {
    set: "#error = :error, steps.#failed.#status = :status, steps.#failed.endedAt = :now",
    names: { "#error": "error", "#failed": step.name },
    values: { ":error": { M: { ...error, step: { S: step.name } } } },
  });
}

/** What the job's record says will not change by asking again. */
const recordRetry = [
  { ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], MaxAttempts: 0 },
  { ErrorEquals: ["States.TaskFailed"], ...backoff, MaxAttempts: 6 },
];

interface Part {
  readonly set: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** An update of the job record that holds only while the job is open, and marks the steps that are done. */
function jobUpdate(
  bindings: WorkflowBindings,
  status: StatusAfter<"finish">,
  done: readonly Step[],
  part: Part,
): State {
  const { condition, values } = conditionOf("finish");
  const doneNames = done.map((step, index) => [`#step${index}`, step.name] as const);
  const doneUpdates = doneNames.map(([name]) => `steps.${name}.#status = :succeeded`);
  const sets = ["#status = :status", "updatedAt = :now", part.set, ...doneUpdates];
  return {
    Type: "Task",
    Resource: `arn:${bindings.partition}:states:::dynamodb:updateItem`,
    Parameters: {
      TableName: bindings.jobsTableName,
      Key: { jobId: { "S.$": "$.jobId" } },
      UpdateExpression: `SET ${sets.join(", ")}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#status": "status", ...part.names, ...Object.fromEntries(doneNames) },
      ExpressionAttributeValues: {
        ":status": { S: status },
        ...Object.fromEntries(Object.entries(values).map(([name, from]) => [name, { S: from }])),
        ":now": { "S.$": "$$.State.EnteredTime" },
        ...(done.length > 0 ? { ":succeeded": { S: "SUCCEEDED" } } : {}),
        ...part.values,
      },
    },
    ResultPath: null,
    Retry: recordRetry,
    Catch: [
      {
        ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
        ResultPath: null,
        Next: "AlreadyEnded",
      },
    ],
  };
}
