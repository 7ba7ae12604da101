import { failureDetails, payload } from "./history";
import { isFunctionArn, type TaskResource } from "./integrations/registry";
import type { StatesError } from "./language/statesError";
import type { Step } from "./step";

/** How long a task may take, in seconds; undefined where the state does not say. */
export interface TaskLimits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** What the history says of an attempt at a task. */
export interface TaskEvents {
  scheduled(parameters: unknown, limits: TaskLimits): void;
  submitted(output: unknown): void;
  succeeded(result: unknown): void;
  failed(error: StatesError): void;
}

/** The events of a task whose resource is `arn`; a function's own ARN has events of its own kind. */
export function taskEvents(step: Step, arn: string, resource: TaskResource, region: string): TaskEvents {
  return isFunctionArn(arn) ? functionEvents(step, arn) : integrationEvents(step, resource, region);
}

function integrationEvents(step: Step, resource: TaskResource, region: string): TaskEvents {
  return {
    scheduled(parameters, limits) {
      const details = { ...resource, region, parameters: JSON.stringify(parameters) };
      step.record("TaskScheduled", { taskScheduledEventDetails: { ...details, ...limitsOf(limits) } });
      step.record("TaskStarted", { taskStartedEventDetails: resource });
    },
    submitted(output) {
      const details = { ...resource, ...payload("output", JSON.stringify(output)) };
      step.record("TaskSubmitted", { taskSubmittedEventDetails: details });
    },
    succeeded(result) {
      const details = { ...resource, ...payload("output", JSON.stringify(result)) };
      step.record("TaskSucceeded", { taskSucceededEventDetails: details });
    },
    failed(error) {
      const details = { ...resource, ...failureDetails(error.error, error.reason) };
      const ending = endingOf(error);
      if (ending === "Failed") step.record("TaskFailed", { taskFailedEventDetails: details });
      else if (ending === "TimedOut") step.record("TaskTimedOut", { taskTimedOutEventDetails: details });
    },
  };
}

function functionEvents(step: Step, arn: string): TaskEvents {
  return {
    scheduled(input, limits) {
      const details = { resource: arn, ...payload("input", JSON.stringify(input)), ...limitsOf(limits) };
      step.record("LambdaFunctionScheduled", { lambdaFunctionScheduledEventDetails: details });
      step.record("LambdaFunctionStarted", {});
    },
    submitted: () => undefined,
    succeeded(result) {
      const details = payload("output", JSON.stringify(result));
      step.record("LambdaFunctionSucceeded", { lambdaFunctionSucceededEventDetails: details });
    },
    failed(error) {
      const details = failureDetails(error.error, error.reason);
      const ending = endingOf(error);
      if (ending === "Failed") {
        step.record("LambdaFunctionFailed", { lambdaFunctionFailedEventDetails: details });
      } else if (ending === "TimedOut") {
        step.record("LambdaFunctionTimedOut", { lambdaFunctionTimedOutEventDetails: details });
      }
    },
  };
}

function limitsOf({ timeoutSeconds, heartbeatSeconds }: TaskLimits) {
  return {
    ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
  };
}

/** A task that could not even be started leaves no event of its own. */
function endingOf({ matchedBy }: StatesError): "Failed" | "TimedOut" | undefined {
  if (matchedBy.includes("States.TaskFailed")) return "Failed";
  return matchedBy.includes("States.Timeout") ? "TimedOut" : undefined;
}
