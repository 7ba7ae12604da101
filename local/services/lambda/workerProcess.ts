import { fork, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../clock";
import type { Interruption } from "../../endpoint/faults/cloudFaults";
import { eachLine } from "./eachLine";
import type { ErrorPayload, InvocationMessage, WorkerMessage } from "./worker/protocol";

/** How an invocation ended; `exited` has what Lambda says of the exit. */
export type Ending =
  | { readonly kind: "succeeded"; readonly payload: string }
  | { readonly kind: "failed"; readonly error: ErrorPayload }
  | { readonly kind: "exited"; readonly reason: string }
  | { readonly kind: "timedOut" };

export type Invocation = Omit<InvocationMessage, "remainingMilliseconds">;

export interface WorkerOptions {
  /** The worker program. */
  readonly program: string;
  /** The folder with the archive's files. */
  readonly folder: string;
  /** All that the process sees; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMilliseconds: number;
  readonly clock: Clock;
  /** A line of the standard output or error. */
  onLine(line: string): void;
}

/** What loading the module may take on Lambda before it counts against the timeout. */
const initialisationLimit = 10_000;

/** One process that runs a function, one invocation at a time; an execution environment in Lambda's words. */
export class WorkerProcess {
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  #usable = true;
  #ready = false;
  #waiting: (() => void) | undefined;
  #end: (ending: Ending) => void = () => undefined;
  #onLine: (line: string) => void = () => undefined;

  constructor(private readonly options: WorkerOptions) {
    const { program, folder, environment, memoryMb } = options;
    this.#child = fork(program, [], {
      cwd: folder,
      env: { ...environment },
      execArgv: memoryFlags(memoryMb),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.exited = this.#followExit();
    giveWay(this.#child);
    this.#child.on("message", (message) => this.#receive(message as WorkerMessage));
    for (const stream of [this.#child.stdout, this.#child.stderr]) if (stream) this.#follow(stream);
  }

  /** Whether it may be given another invocation. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * @param onLine is also given the lines that are written until the end of this invocation
   * @param interruption cuts it short, once the handler has been given the event
   */
  async invoke(
    invocation: Invocation,
    onLine: (line: string) => void,
    interruption?: Interruption,
  ): Promise<Ending> {
    const { timeoutMilliseconds: timeout, clock } = this.options;
    this.#onLine = onLine;
    const timeOut = () => {
      this.#end({ kind: "timedOut" });
      this.kill();
    };
    let cancel = clock.after(this.#ready ? timeout : initialisationLimit + timeout, timeOut);
    const start = () => {
      cancel();
      const cut = interruption?.kind === "killed" ? () => this.kill() : timeOut;
      cancel = interruption ? clock.after(interruption.after, cut) : clock.after(timeout, timeOut);
      this.#child.send({ ...invocation, remainingMilliseconds: timeout }, () => undefined);
    };
    try {
      return await new Promise<Ending>((resolve) => {
        this.#end = resolve;
        if (!this.#usable) resolve({ kind: "exited", reason: withoutReason });
        else if (this.#ready) start();
        else this.#waiting = start;
      });
    } finally {
      cancel();
      this.#end = () => undefined;
      await outputRead();
      this.#onLine = () => undefined;
    }
  }

  kill(): void {
    this.#usable = false;
    this.#child.kill("SIGKILL");
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === "ready") {
      this.#ready = true;
      this.#waiting?.();
      this.#waiting = undefined;
      return;
    }
    if (message.kind === "failed" && message.fatal) this.#usable = false;
    this.#end(message);
  }

  #followExit(): Promise<void> {
    return new Promise((resolve) => {
      const ended = (reason: string) => {
        this.#usable = false;
        this.#end({ kind: "exited", reason });
        resolve();
      };
      this.#child.once("exit", (code, signal) => ended(exitReason(code, signal)));
      // Only a process that could not be started reports an error without exiting.
      this.#child.on("error", (error) => {
        this.options.onLine(error.message);
        if (this.#child.pid === undefined) ended(withoutReason);
      });
    });
  }

  #follow(stream: Readable): void {
    eachLine(stream, (line) => {
      this.options.onLine(line);
      this.#onLine(line);
    });
  }
}

/** All functions wait for the one process of the local cloud, which is not to wait for a processor behind them. */
function giveWay({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
}

/** The answer can overtake the output, which came earlier through pipes of its own: two turns read what is there. */
async function outputRead(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** V8's share of the memory, as Lambda's runtime divides it. */
function memoryFlags(memoryMb: number): string[] {
  const share = (percent: number) => Math.floor((memoryMb * percent) / 100);
  return [`--max-semi-space-size=${share(5)}`, `--max-old-space-size=${share(90)}`];
}

const withoutReason = "Runtime exited without providing a reason";

const signalNames: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${signalNames[signal] ?? signal}`;
  return code ? `Runtime exited with error: exit status ${code}` : withoutReason;
}
