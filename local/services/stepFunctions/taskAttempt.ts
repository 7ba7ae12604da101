import type { JsonObject } from "../jsonProtocol";
import type { AttemptProgress, TaskProgress } from "./execution";
import { taskSeconds } from "./durations";
import type { Integration, IntegrationCall } from "./integrations/integration";
import { integrationName, isFunctionArn, taskResource, type TaskResource } from "./integrations/registry";
import { runtimeError, StatesError, taskDataLimitExceeded } from "./language/statesError";
import { isTooLarge } from "./limits";
import { PendingTask, type Outcome } from "./pendingTask";
import { rolePrincipal } from "./stateMachines";
import type { Step } from "./step";
import { taskEvents, type TaskEvents } from "./taskEvents";
import type { Tools } from "./tools";

interface Attempt {
  readonly step: Step;
  readonly progress: AttemptProgress;
  readonly tools: Tools;
  readonly arn: string;
  readonly resource: TaskResource;
  readonly events: TaskEvents;
  readonly integration: Integration;
}

/**
 * Does a task once, with a token of its own, or goes on with the attempt that is under way: what was submitted is not
 * submitted again, and what was cut off before is.
 * @returns its result @throws StatesError, or RunEnded
 */
export async function attemptTask(step: Step, tools: Tools, progress: TaskProgress): Promise<unknown> {
  const attempt = prepare(step, tools, progress);
  const { token } = attempt.progress;
  const task = new PendingTask({ clock: tools.clock, signal: tools.signal, attempt: attempt.progress });
  tools.tokens.open(token, task);
  try {
    return succeed(attempt, await resultOf(attempt, task));
  } catch (error) {
    if (error instanceof StatesError) {
      attempt.events.failed(error);
      progress.attempt = undefined;
    }
    throw error;
  } finally {
    task.close();
    tools.tokens.close(token);
  }
}

function prepare(step: Step, tools: Tools, task: TaskProgress): Attempt {
  const { Resource: arn = "" } = step.state;
  const resource = taskResource(arn);
  const integration = resource && tools.integrations[integrationName(resource)];
  if (!resource || !integration) throw new Error(`no integration for ${arn}`);
  const events = taskEvents(step, arn, resource, tools.region);
  const progress = (task.attempt ??= begin(step, tools, events));
  step.taskToken = progress.token;
  return { step, tools, arn, resource, events, integration, progress };
}

function begin(step: Step, tools: Tools, events: TaskEvents): AttemptProgress {
  const token = tools.tokens.issue(step.execution.arn);
  step.taskToken = token;
  const parameters = step.effectiveInput();
  // Absent, a task may take 99,999,999 seconds: longer than an execution may.
  const timeoutSeconds = taskSeconds(step, "TimeoutSeconds");
  const heartbeatSeconds = taskSeconds(step, "HeartbeatSeconds");
  events.scheduled(parameters, { timeoutSeconds, heartbeatSeconds });
  const now = tools.clock.now();
  return { token, parameters, startedAt: now, timeoutSeconds, heartbeatSeconds, heartbeatAt: now };
}

/** A callback task is submitted first, and then waits for its token; any other ends with its integration. */
async function resultOf(attempt: Attempt, task: PendingTask): Promise<unknown> {
  const ended = new AbortController();
  try {
    const callback = attempt.resource.resource.endsWith(".waitForTaskToken");
    const work = callback && attempt.progress.submitted ? undefined : integrate(attempt, ended.signal);
    if (work && !callback) return await task.until(Promise.race([work, task.answered]));
    if (work) submitted(attempt, await task.until(work));
    return await task.until(task.answered);
  } finally {
    ended.abort(attempt.tools.signal.reason);
  }
}

function submitted({ events, progress }: Attempt, output: unknown): void {
  events.submitted(output);
  progress.submitted = { output };
}

async function integrate(attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
  const { step, tools, integration, progress } = attempt;
  const { parameters } = progress;
  const call: IntegrationCall = {
    parameters: isFunctionArn(attempt.arn)
      ? { FunctionName: attempt.arn, Payload: parameters }
      : step.evaluate(() => object(parameters)),
    principal: rolePrincipal(step.execution.stateMachine, step.execution.name),
    dispatch: tools.dispatch,
    signal,
    earlier: progress.submitted?.output,
    submitted: (output) => {
      if (!signal.aborted) submitted(attempt, output);
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
