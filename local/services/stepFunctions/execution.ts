import { failureDetails, History, payload } from "./history";
import type { StateMachine } from "./stateMachines";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** How an execution ended. */
export type Ending =
  | { readonly status: "SUCCEEDED"; readonly output: string }
  | {
      readonly status: "FAILED" | "TIMED_OUT" | "ABORTED";
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

/** Where an execution stands: a redrive goes on from here. */
export interface Position {
  readonly stateName: string;
  readonly input: unknown;
  /** Set once the state has been entered. */
  readonly entered?: { readonly eventId: number; readonly time: number };
}

export interface ExecutionOptions {
  readonly stateMachine: StateMachine;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly now: () => number;
}

/** One run of a state machine, from its start through its redrives. Times are milliseconds since the epoch. */
export class Execution {
  readonly stateMachine: StateMachine;
  readonly arn: string;
  readonly name: string;
  readonly input: string;
  readonly startDate: number;
  readonly history: History;
  position: Position;
  ending?: Ending & { readonly stopDate: number };
  redriveCount = 0;
  lastRedrive?: { readonly date: number; readonly clientToken: string | undefined };

  constructor({ stateMachine, name, input, now }: ExecutionOptions) {
    this.stateMachine = stateMachine;
    this.arn = executionArn(stateMachine.arn, name);
    this.name = name;
    this.input = input;
    this.startDate = now();
    this.history = new History(now);
    this.position = { stateName: stateMachine.definition.StartAt, input: JSON.parse(input) as unknown };
    this.history.add("ExecutionStarted", {
      executionStartedEventDetails: { ...payload("input", input), roleArn: stateMachine.roleArn },
    });
  }

  get status(): ExecutionStatus {
    return this.ending?.status ?? "RUNNING";
  }

  end(ending: Ending, now: number): void {
    this.ending = { ...ending, stopDate: now };
    const details =
      ending.status === "SUCCEEDED"
        ? payload("output", ending.output)
        : failureDetails(ending.error, ending.cause);
    const { type, field } = endEvents[ending.status];
    this.history.end(type, { [field]: details });
  }

  /** Open again, at the state that did not succeed. */
  redrive(now: number, clientToken: string | undefined): void {
    delete this.ending;
    this.redriveCount += 1;
    this.lastRedrive = { date: now, clientToken };
    this.history.add("ExecutionRedriven", {
      executionRedrivenEventDetails: { redriveCount: this.redriveCount },
    });
  }
}

const endEvents = {
  SUCCEEDED: { type: "ExecutionSucceeded", field: "executionSucceededEventDetails" },
  FAILED: { type: "ExecutionFailed", field: "executionFailedEventDetails" },
  TIMED_OUT: { type: "ExecutionTimedOut", field: "executionTimedOutEventDetails" },
  ABORTED: { type: "ExecutionAborted", field: "executionAbortedEventDetails" },
} as const;

function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}
