import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { Stateful } from "../../data/stateful";
import { Gate, type Passage } from "../../gate";
import type { Dispatch } from "../internalClient";
import { jsonService } from "../jsonProtocol";
import type { Service } from "../service";
import { executionState } from "./executionState";
import { Executions } from "./executions";
import type { Integrations } from "./integrations/integration";
import { builtInIntegrations } from "./integrations/registry";
import { executionOperations } from "./operations/executionOperations";
import { stateMachineOperations } from "./operations/stateMachineOperations";
import { taskOperations } from "./operations/taskOperations";
import { StateMachines, type StateMachineInput } from "./stateMachines";
import type { ExecutionEvent } from "./statusEvent";
import { TaskTokens } from "./taskTokens";

export type { ExecutionEvent, ExecutionEventDetail } from "./statusEvent";
export type { Integration, IntegrationCall, Integrations } from "./integrations/integration";
export type { StateMachineInput } from "./stateMachines";

export interface StepFunctionsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** How tasks call other services, as the role of their state machine. */
  readonly dispatch: Dispatch;
  /** Integrations beside those built in, such as a `.sync` one that needs more than `dispatch`. */
  readonly integrations?: Integrations;
  /** Passed before a state is entered and before a task is attempted. @default open */
  readonly gate?: Passage;
  /**
   * From 0 up to 1, for the jitter of retries.
   * @default Math.random
   */
  readonly random?: () => number;
  /** Gets "Step Functions Execution Status Change" whenever an execution starts, ends or is redriven. */
  emit(event: ExecutionEvent): void;
}

export interface StepFunctions extends Stateful {
  /** AWS JSON 1.0, target prefix `AWSStepFunctions`. */
  readonly service: Service;
  /** @throws AwsError as CreateStateMachine on AWS, and InvalidDefinition for what the local cloud cannot run */
  createStateMachine(input: StateMachineInput): { stateMachineArn: string };
  /** Leaves executions where they stand; no timer and no work is left. */
  stop(): Promise<void>;
}

/** Step Functions of the local cloud: Standard state machines in JSONPath, without Map and Parallel states. */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { account, clock, log, dispatch, random = Math.random, gate = new Gate() } = options;
  const integrations = { ...builtInIntegrations, ...options.integrations };
  const tokens = new TaskTokens();
  const stateMachines = new StateMachines(account, () => clock.now(), integrations);
  const tools = { clock, gate, random, region: account.region, dispatch, integrations, tokens };
  const emit = (event: ExecutionEvent) => options.emit(event);
  const executions = new Executions({ account, clock, log, tools, emit });
  const stop = () => executions.halt();
  const service = jsonService({
    targetPrefix: "AWSStepFunctions",
    version: "1.0",
    operations: {
      ...executionOperations({ stateMachines, executions, clock }),
      ...taskOperations(tokens),
      ...stateMachineOperations(stateMachines),
    },
  });
  return {
    service: { ...service, stop },
    createStateMachine: (input) => ({ stateMachineArn: stateMachines.create(input).arn }),
    stop,
    ...executionState(executions, stateMachines, tokens),
  };
}
