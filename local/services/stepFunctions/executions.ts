import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import { AwsError } from "../service";
import { Execution, type Ending } from "./execution";
import { interpret } from "./interpreter";
import { StatesError } from "./language/statesError";
import { finishedExecutionsKept } from "./limits";
import { redriveObstacle } from "./redrive";
import type { StateMachine } from "./stateMachines";
import { executionEvent, type ExecutionEvent } from "./statusEvent";
import type { Tools } from "./tools";
import { halted, RunEnded } from "./waiting";

export interface ExecutionsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: Omit<Tools, "signal">;
  emit(event: ExecutionEvent): void;
}

interface Run {
  readonly controller: AbortController;
  readonly cancelTimeout: () => void;
  readonly done: Promise<void>;
}

/** The executions of the local cloud: open ones run, finished ones are kept, the newest of them. */
export class Executions {
  readonly #byArn = new Map<string, Execution>();
  readonly #finished = new Set<string>();
  readonly #runs = new Map<Execution, Run>();

  constructor(private readonly options: ExecutionsOptions) {}

  /** Milliseconds since the epoch. */
  readonly now = () => this.options.clock.now();

  /**
   * Starts an execution; the same name and input again, while it is open, is the same execution.
   * @throws AwsError ExecutionAlreadyExists
   */
  start(stateMachine: StateMachine, name: string, input: string): Execution {
    const execution = new Execution({ stateMachine, name, input, now: this.now });
    const existing = this.#byArn.get(execution.arn);
    if (existing?.status === "RUNNING" && existing.input === input) return existing;
    if (existing) {
      throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${execution.arn}'`);
    }
    this.#byArn.set(execution.arn, execution);
    this.#launch(execution);
    return execution;
  }

  /** @throws AwsError ExecutionDoesNotExist */
  get(arn: string): Execution {
    const found = this.#byArn.get(arn);
    if (!found) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return found;
  }

  /** Newest first. */
  of(stateMachine: StateMachine): Execution[] {
    return [...this.#byArn.values()]
      .filter((execution) => execution.stateMachine.arn === stateMachine.arn)
      .reverse();
  }

  /** Ends an open execution; a finished one stays as it is. */
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void {
    this.#end(execution, { status: "ABORTED", error, cause });
  }

  /** Takes a failed execution up at the state that failed. @throws AwsError ExecutionNotRedrivable */
  redrive(execution: Execution, clientToken: string | undefined): void {
    const now = this.options.clock.now();
    const obstacle = redriveObstacle(execution, now);
    if (obstacle !== undefined) throw new AwsError("ExecutionNotRedrivable", obstacle);
    this.#finished.delete(execution.arn);
    execution.redrive(now, clientToken);
    this.#launch(execution);
  }

  save(): readonly Execution[] {
    return [...this.#byArn.values()];
  }

  /** Takes executions of an earlier run up where they stood; their time has gone on. */
  restore(executions: readonly Execution[]): void {
    for (const execution of executions) {
      this.#byArn.set(execution.arn, execution);
      if (execution.ending) this.#finished.add(execution.arn);
      else this.#begin(execution);
    }
  }

  /** Leaves every execution where it stands, and waits until none is at work. */
  async halt(): Promise<void> {
    const runs = [...this.#runs.values()];
    this.#runs.clear();
    for (const run of runs) release(run, halted);
    await Promise.all(runs.map((run) => run.done));
  }

  #launch(execution: Execution): void {
    this.#begin(execution);
    this.#emit(execution);
  }

  #begin(execution: Execution): void {
    const controller = new AbortController();
    this.#runs.set(execution, {
      controller,
      cancelTimeout: this.#timeOut(execution),
      done: this.#run(execution, controller.signal),
    });
  }

  /** A redrive starts the time of the whole execution anew. */
  #timeOut(execution: Execution): () => void {
    const { stateMachine, startDate, lastRedrive } = execution;
    const { TimeoutSeconds: seconds } = stateMachine.definition;
    if (seconds === undefined) return () => undefined;
    const { clock } = this.options;
    const due = (lastRedrive?.date ?? startDate) + seconds * 1000;
    return clock.after(Math.max(due - clock.now(), 0), () =>
      this.#end(execution, { status: "TIMED_OUT", error: undefined, cause: undefined }),
    );
  }

  async #run(execution: Execution, signal: AbortSignal): Promise<void> {
    // Whoever starts an execution has its answer before the execution does anything.
    await Promise.resolve();
    const ending = await this.#outcome(execution, signal);
    // One that was ended meanwhile may have been redriven, too: what comes here then is not its end.
    if (ending && !signal.aborted) this.#end(execution, ending);
  }

  async #outcome(execution: Execution, signal: AbortSignal): Promise<Ending | undefined> {
    try {
      const output = await interpret(execution, { ...this.options.tools, signal });
      return { status: "SUCCEEDED", output };
    } catch (error) {
      return error instanceof RunEnded ? undefined : this.#failure(execution, error);
    }
  }

  #failure(execution: Execution, error: unknown): Ending {
    if (error instanceof StatesError) return { status: "FAILED", error: error.error, cause: error.reason };
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.options.log(`${execution.arn} failed in the local cloud itself: ${cause}`);
    return { status: "FAILED", error: "States.Runtime", cause };
  }

  #end(execution: Execution, ending: Ending): void {
    const run = this.#runs.get(execution);
    if (!run) return;
    this.#runs.delete(execution);
    execution.end(ending, this.options.clock.now());
    release(run);
    this.#keep(execution);
    this.#emit(execution);
  }

  #keep(execution: Execution): void {
    this.#finished.add(execution.arn);
    const [oldest] = this.#finished;
    if (oldest === undefined || this.#finished.size <= finishedExecutionsKept) return;
    this.#finished.delete(oldest);
    this.#byArn.delete(oldest);
  }

  #emit(execution: Execution): void {
    const { account, clock, log } = this.options;
    log(`${execution.name} of ${execution.stateMachine.name}: ${execution.status}`);
    this.options.emit(executionEvent(execution, account, clock.now()));
  }
}

function release({ controller, cancelTimeout }: Run, reason?: Error): void {
  cancelTimeout();
  controller.abort(reason);
}
