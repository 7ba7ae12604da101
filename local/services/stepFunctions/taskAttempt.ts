import type { JsonObject } from "../jsonProtocol";
import { taskSeconds } from "./durations";
import type { Integration, IntegrationCall } from "./integrations/integration";
import { integrationName, isFunctionArn, taskResource, type TaskResource } from "./integrations/registry";
import { runtimeError, StatesError, taskDataLimitExceeded } from "./language/statesError";
import { isTooLarge } from "./limits";
import { PendingTask, type Outcome } from "./pendingTask";
import { rolePrincipal } from "./stateMachines";
import type { Step } from "./step";
import { taskEvents, type TaskEvents, type TaskLimits } from "./taskEvents";
import type { Tools } from "./tools";

interface Attempt extends TaskLimits {
  readonly step: Step;
  readonly tools: Tools;
  readonly arn: string;
  readonly resource: TaskResource;
  readonly events: TaskEvents;
  readonly integration: Integration;
  readonly parameters: unknown;
}

/** Does a task once, with a token of its own. @returns its result @throws StatesError, or RunEnded */
export async function attemptTask(step: Step, tools: Tools): Promise<unknown> {
  const token = tools.tokens.issue(step.execution.arn);
  step.taskToken = token;
  const attempt = prepare(step, tools);
  attempt.events.scheduled(attempt.parameters, attempt);
  const task = new PendingTask({ ...attempt, clock: tools.clock, signal: tools.signal });
  tools.tokens.open(token, task);
  try {
    return succeed(attempt, await resultOf(attempt, task));
  } catch (error) {
    if (error instanceof StatesError) attempt.events.failed(error);
    throw error;
  } finally {
    task.close();
    tools.tokens.close(token);
  }
}

function prepare(step: Step, tools: Tools): Attempt {
  const { Resource: arn = "" } = step.state;
  const resource = taskResource(arn);
  const integration = resource && tools.integrations[integrationName(resource)];
  if (!resource || !integration) throw new Error(`no integration for ${arn}`);
  return {
    step,
    tools,
    arn,
    resource,
    events: taskEvents(step, arn, resource, tools.region),
    integration,
    parameters: step.effectiveInput(),
    // Absent, a task may take 99,999,999 seconds: longer than an execution may.
    timeoutSeconds: taskSeconds(step, "TimeoutSeconds"),
    heartbeatSeconds: taskSeconds(step, "HeartbeatSeconds"),
  };
}

/** A callback task is submitted first, and then waits for its token; any other ends with its integration. */
async function resultOf(attempt: Attempt, task: PendingTask): Promise<unknown> {
  const ended = new AbortController();
  try {
    const work = integrate(attempt, ended.signal);
    if (!attempt.resource.resource.endsWith(".waitForTaskToken")) {
      return await task.until(Promise.race([work, task.answered]));
    }
    attempt.events.submitted(await task.until(work));
    return await task.until(task.answered);
  } finally {
    ended.abort();
  }
}

async function integrate(attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
  const { step, tools, parameters, integration } = attempt;
  const call: IntegrationCall = {
    parameters: isFunctionArn(attempt.arn)
      ? { FunctionName: attempt.arn, Payload: parameters }
      : step.evaluate(() => object(parameters)),
    principal: rolePrincipal(step.execution.stateMachine, step.execution.name),
    dispatch: tools.dispatch,
    signal,
    submitted: (output) => {
      if (!signal.aborted) attempt.events.submitted(output);
    },
  };
  try {
    return { output: await integration(call) };
  } catch (error) {
    if (error instanceof StatesError) return { failure: error };
    throw error;
  }
}

function object(parameters: unknown): JsonObject {
  if (typeof parameters === "object" && parameters !== null && !Array.isArray(parameters)) {
    return parameters as JsonObject;
  }
  throw runtimeError(
    `The Parameters '${JSON.stringify(parameters)}' could not be used to start the Task: [not an object]`,
  );
}

function succeed({ resource, events }: Attempt, result: unknown): unknown {
  if (isTooLarge(result)) throw taskDataLimitExceeded(resource.resourceType);
  events.succeeded(result);
  return result;
}
