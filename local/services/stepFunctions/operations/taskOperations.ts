import type { JsonObject, JsonOperation } from "../../jsonProtocol";
import { AwsError, type RequiredPermission } from "../../service";
import { payloadLimit } from "../limits";
import { stateMachineArnOf } from "../names";
import type { PendingTask } from "../pendingTask";
import type { TaskTokens } from "../taskTokens";
import { optionalText, requiredText } from "./members";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html and its neighbours */
export function taskOperations(tokens: TaskTokens): Record<string, JsonOperation> {
  const task = (input: JsonObject): PendingTask =>
    tokens.waiting(requiredText(input, "taskToken", { least: 1, most: 2048 }));
  const permissions =
    (operation: string) =>
    (input: JsonObject): readonly RequiredPermission[] => [
      { action: `states:${operation}`, resource: stateMachineOf(input["taskToken"], tokens) },
    ];
  return {
    SendTaskSuccess: {
      permissions: permissions("SendTaskSuccess"),
      run: (input) => {
        const output = taskOutput(input);
        task(input).answer({ output });
        return {};
      },
    },
    SendTaskFailure: {
      permissions: permissions("SendTaskFailure"),
      run: (input) => {
        const error = optionalText(input, "error", { most: 256, sensitive: true });
        const cause = optionalText(input, "cause", { most: 32_768, sensitive: true });
        task(input).answer({ failure: { error, cause } });
        return {};
      },
    },
    SendTaskHeartbeat: {
      permissions: permissions("SendTaskHeartbeat"),
      run: (input) => {
        task(input).heartbeat();
        return {};
      },
    },
  };
}

/** The state machine that a token belongs to; `*` for a text that is no token, which the operation refuses. */
function stateMachineOf(token: unknown, tokens: TaskTokens): string {
  const executionArn = typeof token === "string" ? tokens.executionArn(token) : undefined;
  return executionArn === undefined ? "*" : stateMachineArnOf(executionArn);
}

/** @throws AwsError InvalidOutput, ValidationException */
function taskOutput(input: JsonObject): unknown {
  const text = requiredText(input, "output", { most: payloadLimit, sensitive: true });
  try {
    if (Buffer.byteLength(text) <= payloadLimit) return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError("InvalidOutput", `Invalid Output: '${error.message}'`);
  }
  throw new AwsError("InvalidOutput", `Invalid Output: 'The output is over ${payloadLimit} bytes'`);
}
