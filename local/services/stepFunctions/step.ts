import type { ContextObject, State } from "./definition";
import type { Execution } from "./execution";
import type { EventDetails } from "./history";
import { StatesError, dataLimitExceeded } from "./language/statesError";
import { applyResultPath, requirePath } from "./language/paths";
import { fillTemplate } from "./language/payloadTemplate";
import { isTooLarge } from "./limits";
import type { Tools } from "./tools";
import { RunEnded } from "./waiting";

/** A state of an execution while it runs: its fields, read against its input and the context object. */
export class Step {
  /** Retries made so far. */
  retryCount = 0;
  /** The task token of the attempt under way. */
  taskToken: string | undefined;

  constructor(
    readonly execution: Execution,
    readonly name: string,
    readonly state: State,
    readonly input: unknown,
    readonly entered: { readonly eventId: number; readonly time: number },
    private readonly signal: AbortSignal,
  ) {}

  /** Adds an event to the history. @throws RunEnded when the execution has been ended meanwhile */
  record(type: string, details: EventDetails): void {
    if (this.signal.aborted) throw new RunEnded();
    this.execution.history.add(type, details);
  }

  /** The input after `InputPath`. */
  selectedInput(): unknown {
    return this.#select(this.state.InputPath, this.input);
  }

  /** The input after `InputPath` and `Parameters`: what the state works with. @throws StatesError when too large */
  effectiveInput(): unknown {
    const selected = this.selectedInput();
    if (!("Parameters" in this.state)) return selected;
    const filled = this.evaluate(() => fillTemplate(this.state.Parameters, selected, this.context));
    if (isTooLarge(filled)) throw dataLimitExceeded(this.name);
    return filled;
  }

  /** The state's output, its result put through `ResultSelector`, `ResultPath` and `OutputPath`. @throws StatesError when too large */
  outputOf(result: unknown): unknown {
    const { ResultSelector: selector, ResultPath: resultPath, OutputPath: outputPath } = this.state;
    const selected =
      selector === undefined ? result : this.evaluate(() => fillTemplate(selector, result, this.context));
    const placed = this.evaluate(() => applyResultPath(resultPath, this.input, selected));
    return this.limited(this.#select(outputPath, placed));
  }

  /** @throws StatesError when an output is over the limit */
  limited(output: unknown): unknown {
    if (isTooLarge(output)) throw dataLimitExceeded(this.name);
    return output;
  }

  /** Runs `work`; an error of the language says in which state it came up. */
  evaluate<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof StatesError ? error.within(this.name, this.entered.eventId) : error;
    }
  }

  get context(): ContextObject {
    const { execution, state } = this;
    const { stateMachine, lastRedrive } = execution;
    return {
      Execution: {
        Id: execution.arn,
        Input: JSON.parse(execution.input) as unknown,
        Name: execution.name,
        RoleArn: stateMachine.roleArn,
        StartTime: isoTime(execution.startDate),
        RedriveCount: execution.redriveCount,
        ...(lastRedrive && { RedriveTime: isoTime(lastRedrive.date) }),
      },
      StateMachine: { Id: stateMachine.arn, Name: stateMachine.name },
      State: {
        Name: this.name,
        EnteredTime: isoTime(this.entered.time),
        ...(state.Type === "Task" && { RetryCount: this.retryCount }),
      },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
    };
  }

  #select(path: string | null | undefined, value: unknown): unknown {
    if (path === undefined) return value;
    return path === null ? {} : this.evaluate(() => requirePath(path, value, this.context));
  }
}

/** Enters the state that the execution stands at, unless a redrive takes it up where it was; a Fail state is entered anew. */
export function enterState(execution: Execution, { clock, signal }: Tools): Step {
  if (signal.aborted) throw new RunEnded();
  const { stateName, input, entered: before } = execution.position;
  const state = execution.stateMachine.definition.States[stateName];
  if (!state) throw new Error(`${execution.stateMachine.name} has no state ${stateName}`);
  const entered = before && state.Type !== "Fail" ? before : enter(execution, state, clock.now());
  return new Step(execution, stateName, state, input, entered, signal);
}

function enter(execution: Execution, state: State, time: number) {
  const { stateName, input } = execution.position;
  const eventId = execution.history.add(`${state.Type}StateEntered`, {
    stateEnteredEventDetails: {
      name: stateName,
      input: JSON.stringify(input),
      inputDetails: { truncated: false },
    },
  });
  const entered = { eventId, time };
  execution.position = { stateName, input, entered };
  return entered;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
