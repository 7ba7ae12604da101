import type { Clock } from "../../clock";
import type { Attempt } from "./job";
import {
  CannotStart,
  type Container,
  type ContainerExit,
  type ContainerRuntime,
  type ContainerSpec,
} from "./container/container";

export interface AttemptOptions {
  readonly timeoutSeconds: number | undefined;
  readonly spec: ContainerSpec;
  readonly runtime: () => Promise<ContainerRuntime>;
  readonly clock: Clock;
  /** Between SIGTERM and SIGKILL. */
  readonly stopTimeoutMilliseconds: number;
  /** The container runs. */
  readonly started: () => void;
}

export interface AttemptResult extends Pick<Attempt, "statusReason"> {
  readonly exit: ContainerExit;
  /** Whether no other attempt may follow: the job took too long, or was terminated. */
  readonly final: boolean;
}

const exited = "Essential container in task exited";
const timedOut = "Job attempt duration exceeded timeout";

/** One attempt at a job: a container, until it exits or is ended. */
export class JobAttempt {
  #container: Container | undefined;
  /** Why it is ended from outside; set only while the container can still be ended. */
  #endedFor: string | undefined;
  #killed = false;
  #cancelTimers: (() => void)[] = [];

  constructor(private readonly options: AttemptOptions) {}

  /** @returns how it ended; never rejected for what the container does */
  async run(): Promise<AttemptResult> {
    const { spec, runtime, started } = this.options;
    try {
      const engine = await runtime();
      if (this.#endedFor !== undefined) return this.#result({});
      this.#container = await engine.start(spec);
      started();
      this.#limitTime();
      if (this.#killed) this.#container.kill();
      else if (this.#endedFor !== undefined) this.#stop(this.#container);
      return this.#result(await this.#container.exited);
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error;
      const { exitCode, message: reason } = error;
      return { exit: { exitCode, reason }, ...this.#ending("Task failed to start") };
    } finally {
      for (const cancel of this.#cancelTimers) cancel();
    }
  }

  /** Ends it: SIGTERM, and SIGKILL when that was not heeded in time. An attempt that has exited keeps its own end. */
  end(reason: string): void {
    if (this.#endedFor !== undefined || this.#container?.alive === false) return;
    this.#endedFor = reason;
    if (this.#container) this.#stop(this.#container);
  }

  /** Ends it at once. */
  kill(): void {
    this.#killed = true;
    this.#endedFor ??= "The local cloud stopped";
    this.#container?.kill();
  }

  #stop(container: Container): void {
    const { clock, stopTimeoutMilliseconds } = this.options;
    container.terminate();
    this.#cancelTimers.push(clock.after(stopTimeoutMilliseconds, () => container.kill()));
  }

  #limitTime(): void {
    const { timeoutSeconds, clock } = this.options;
    if (timeoutSeconds === undefined) return;
    this.#cancelTimers.push(clock.after(timeoutSeconds * 1000, () => this.end(timedOut)));
  }

  #result(exit: ContainerExit): AttemptResult {
    return { exit, ...this.#ending(exited) };
  }

  #ending(otherwise: string): Pick<AttemptResult, "statusReason" | "final"> {
    return { statusReason: this.#endedFor ?? otherwise, final: this.#endedFor !== undefined };
  }
}
