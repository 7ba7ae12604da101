import {
  InvalidOutput,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  ValidationException,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { failureOf } from "./callbackContent";
import type { Callback } from "./readCallback";

/** Tells the workflow; answers whether a task was still waiting. */
export async function sendAnswer(
  workflows: SFNClient,
  taskToken: string,
  callback: Callback,
): Promise<boolean> {
  try {
    await tellWorkflow(workflows, taskToken, callback);
    return true;
  } catch (error) {
    const ended =
      error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
    if (!ended) throw error;
    return false;
  }
}

/** Whether Step Functions will never take this answer, however often it is sent. */
export function isRefused(error: unknown): error is Error {
  return error instanceof InvalidOutput || error instanceof ValidationException;
}

async function tellWorkflow(
  workflows: SFNClient,
  taskToken: string,
  { kind, text, content }: Callback,
): Promise<void> {
  switch (kind) {
    case "success":
      await workflows.send(new SendTaskSuccessCommand({ taskToken, output: text }));
      return;
    case "failure":
      await workflows.send(new SendTaskFailureCommand({ taskToken, ...failureOf(content) }));
      return;
    case "heartbeat":
      await workflows.send(new SendTaskHeartbeatCommand({ taskToken }));
  }
}
