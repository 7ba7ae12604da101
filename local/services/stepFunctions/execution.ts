import { failureDetails, History, payload, type HistoryEvent } from "./history";
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

/** How far a task has come, as plain data: a restart of the local cloud goes on from here. */
export interface TaskProgress {
  /** Retries made by each retrier, in their order. */
  readonly retries: number[];
  retryCount: number;
  /** When the next attempt is due; only between attempts. */
  retryAt?: number | undefined;
  attempt?: AttemptProgress | undefined;
}

/** An attempt that is under way. */
export interface AttemptProgress {
  readonly token: string;
  readonly parameters: unknown;
  readonly startedAt: number;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  heartbeatAt: number;
  /** What the service answered to the submission, once it has. */
  submitted?: { readonly output: unknown };
  /** What the token was answered with, before the submission had ended. */
  answer?: TaskAnswer;
}

/** An answer by task token. */
export type TaskAnswer =
  | { readonly output: unknown }
  | { readonly failure: { readonly error: string | undefined; readonly cause: string | undefined } };

/** An execution as it is saved. */
export type SavedExecution = Pick<
  Execution,
  "name" | "input" | "startDate" | "position" | "ending" | "redriveCount" | "lastRedrive" | "task"
> & { readonly events: readonly HistoryEvent[] };

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
  /** Of the Task state that it stands at. */
  task?: TaskProgress | undefined;

  /** @param saved what it goes on from; without it, it begins */
  constructor({ stateMachine, name, input, now }: ExecutionOptions, saved?: SavedExecution) {
    this.stateMachine = stateMachine;
    this.arn = executionArn(stateMachine.arn, name);
    this.name = name;
    this.input = input;
    this.startDate = saved?.startDate ?? now();
    this.history = new History(now, saved?.events);
    this.position = saved?.position ?? {
      stateName: stateMachine.definition.StartAt,
      input: JSON.parse(input) as unknown,
    };
    if (saved) this.#resume(saved);
    else this.#begin();
  }

  save(): SavedExecution {
    const { name, input, startDate, position, ending, redriveCount, lastRedrive, task, history } = this;
    const { events } = history;
    return {
      ...{ name, input, startDate, position, redriveCount, task, events },
      ...(ending && { ending }),
      ...(lastRedrive && { lastRedrive }),
    };
  }

  #begin(): void {
    const { input, stateMachine } = this;
    this.history.add("ExecutionStarted", {
      executionStartedEventDetails: { ...payload("input", input), roleArn: stateMachine.roleArn },
    });
  }

  #resume({ ending, redriveCount, lastRedrive, task }: SavedExecution): void {
    if (ending) this.ending = ending;
    if (lastRedrive) this.lastRedrive = lastRedrive;
    this.redriveCount = redriveCount;
    this.task = task;
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
    this.task = undefined;
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
