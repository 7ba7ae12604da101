import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock";
import type { JsonObject, JsonOperation } from "../../jsonProtocol";
import { AwsError } from "../../service";
import type { Executions } from "../executions";
import type { Execution } from "../execution";
import { payloadLimit } from "../limits";
import { checkArn, checkName } from "../names";
import type { StateMachines } from "../stateMachines";
import { describeExecution, executionItem } from "./describeExecution";
import { historyItem } from "./historyItem";
import { optionalChoice, optionalFlag, optionalText, requiredText } from "./members";
import { page } from "./pages";
import { permission } from "./permission";

export interface ExecutionOperationsOptions {
  readonly stateMachines: StateMachines;
  readonly executions: Executions;
  readonly clock: Clock;
}

const arnLength = 256;
const statuses = ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"] as const;

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html */
export function executionOperations(options: ExecutionOperationsOptions): Record<string, JsonOperation> {
  const { stateMachines, executions, clock } = options;
  const find = (input: JsonObject): Execution => {
    const arn = requiredText(input, "executionArn", { least: 1, most: arnLength });
    checkArn(arn, "execution");
    return executions.get(arn);
  };
  return {
    StartExecution: {
      permissions: (input) => permission("StartExecution", input["stateMachineArn"]),
      run: (input) => {
        const arn = requiredText(input, "stateMachineArn", { least: 1, most: arnLength });
        checkArn(arn, "stateMachine");
        const name = optionalText(input, "name", { most: Infinity }) ?? randomUUID();
        checkName(name);
        const execution = executions.start(stateMachines.get(arn), name, executionInput(input));
        return { executionArn: execution.arn, startDate: execution.startDate / 1000 };
      },
    },
    DescribeExecution: {
      permissions: (input) => permission("DescribeExecution", input["executionArn"]),
      run: (input) => describeExecution(find(input), clock.now()),
    },
    ListExecutions: {
      permissions: (input) => permission("ListExecutions", input["stateMachineArn"]),
      run: (input) => listExecutions(input, options),
    },
    StopExecution: {
      permissions: (input) => permission("StopExecution", input["executionArn"]),
      run: (input) => {
        const execution = find(input);
        const error = optionalText(input, "error", { most: 256, sensitive: true });
        const cause = optionalText(input, "cause", { most: 32_768, sensitive: true });
        executions.stop(execution, error, cause);
        return { stopDate: (execution.ending?.stopDate ?? clock.now()) / 1000 };
      },
    },
    RedriveExecution: {
      permissions: (input) => permission("RedriveExecution", input["executionArn"]),
      run: (input) => ({ redriveDate: redrive(find(input), input, executions) / 1000 }),
    },
    GetExecutionHistory: {
      permissions: (input) => permission("GetExecutionHistory", input["executionArn"]),
      run: (input) => executionHistory(find(input), input),
    },
  };
}

/** @throws AwsError InvalidExecutionInput, ValidationException */
function executionInput(input: JsonObject): string {
  const text = optionalText(input, "input", { most: payloadLimit, sensitive: true }) ?? "{}";
  try {
    if (Buffer.byteLength(text) <= payloadLimit && text !== "") {
      JSON.parse(text);
      return text;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalidInput(error.message);
  }
  throw invalidInput("Invalid execution input.");
}

function invalidInput(reason: string): AwsError {
  return new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${reason}'`);
}

function listExecutions(input: JsonObject, { stateMachines, executions }: ExecutionOperationsOptions) {
  const arn = requiredText(input, "stateMachineArn", { least: 1, most: arnLength });
  checkArn(arn, "stateMachine");
  const status = optionalChoice(input, "statusFilter", statuses);
  const found = executions
    .of(stateMachines.get(arn))
    .filter((execution) => status === undefined || execution.status === status);
  const { items, ...next } = page(found, input);
  return { executions: items.map(executionItem), ...next };
}

/** The same client token again is the same redrive. */
function redrive(execution: Execution, input: JsonObject, executions: Executions): number {
  const clientToken = optionalText(input, "clientToken", { least: 1, most: 64 });
  const repeated = clientToken !== undefined && execution.lastRedrive?.clientToken === clientToken;
  if (!repeated) executions.redrive(execution, clientToken);
  return execution.lastRedrive?.date ?? 0;
}

function executionHistory({ history }: Execution, input: JsonObject) {
  const reverse = optionalFlag(input, "reverseOrder") ?? false;
  const includeData = optionalFlag(input, "includeExecutionData") ?? true;
  const { items, ...next } = page(reverse ? [...history.events].reverse() : history.events, input);
  return { events: items.map((event) => historyItem(event, includeData)), ...next };
}
