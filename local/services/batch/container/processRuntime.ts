import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../clock";
import {
  CannotStart,
  outOfMemory,
  type Container,
  type ContainerExit,
  type ContainerRuntime,
  type ContainerSpec,
} from "./container";
import { eachLine } from "./lines";
import { processesWith, processTree } from "./processTable";

/** How often memory is measured, and how long output may still come from what outlived its container. */
const measuringInterval = 200;
const outputGrace = 1000;

/** Runs a container's command as a child process in a folder of its own, with the programs of this machine. */
export function processRuntime(clock: Clock): ContainerRuntime {
  return {
    async start(spec) {
      const [program, ...args] = spec.command;
      if (program === undefined) {
        throw new CannotStart(127, "the image's own command can only be run where there is Docker");
      }
      const folder = await mkdtemp(join(tmpdir(), "batch-"));
      // Nothing is inherited but where this machine has its programs.
      const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", ...spec.environment, HOME: folder };
      try {
        // A group of its own, so that all of its processes can be killed together.
        const child = spawn(program, args, {
          cwd: folder,
          env,
          detached: true,
          stdio: ["ignore", "pipe", "pipe"],
        });
        const container = new ProcessContainer(child, folder, spec, clock);
        await once(child, "spawn");
        child.on("error", (error) => spec.onLine(error.message));
        container.watchMemory();
        return container;
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw cannotStart(program, error);
      }
    },
  };
}

class ProcessContainer implements Container {
  readonly exited: Promise<ContainerExit>;
  #alive = true;
  #outOfMemory = false;
  #cancelMeasuring: () => void = () => undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly spec: ContainerSpec,
    private readonly clock: Clock,
  ) {
    for (const stream of [child.stdout, child.stderr])
      if (stream) eachLine(stream, (line) => spec.onLine(line));
    this.exited = this.#followExit();
  }

  get alive(): boolean {
    return this.#alive;
  }

  terminate(): void {
    if (this.#alive) this.child.kill("SIGTERM");
  }

  kill(): void {
    if (this.#alive) this.#killGroup();
  }

  watchMemory(): void {
    const measure = () =>
      void this.#measure().catch((error: unknown) =>
        this.spec.onLine(`memory is not limited: ${String(error)}`),
      );
    this.#cancelMeasuring = this.clock.after(measuringInterval, measure);
  }

  async #measure(): Promise<void> {
    const { pid } = this.child;
    const tree = pid === undefined ? [] : await processTree(pid);
    if (!this.#alive) return;
    const mebibytes = tree.reduce((sum, { resident }) => sum + resident, 0) / 1024;
    if (mebibytes > this.spec.memoryMib) {
      this.#outOfMemory = true;
      this.#killGroup();
    } else this.watchMemory();
  }

  #followExit(): Promise<ContainerExit> {
    const closed = new Promise<void>((resolve) => this.child.once("close", () => resolve()));
    return new Promise((resolve) => {
      this.child.once("exit", (code, signal) => {
        this.#alive = false;
        this.#cancelMeasuring();
        const exitCode = this.#outOfMemory ? 137 : (code ?? 128 + constants.signals[signal ?? "SIGKILL"]);
        const reason = this.#outOfMemory ? outOfMemory : undefined;
        void this.#cleanUp(closed).then(() => resolve({ exitCode, reason }));
      });
    });
  }

  /** The first process's end is the container's: what it left behind ends too. */
  async #cleanUp(closed: Promise<void>): Promise<void> {
    this.#killGroup();
    for (const pid of await processesWith(`HOME=${this.folder}`)) signal(pid, "SIGKILL");
    let cancel = () => undefined as void;
    const waited = new Promise<void>((resolve) => (cancel = this.clock.after(outputGrace, resolve)));
    await Promise.race([closed, waited]);
    cancel();
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }

  #killGroup(): void {
    if (this.child.pid !== undefined) signal(-this.child.pid, "SIGKILL");
  }
}

/** Signals a process, or with a negative number a group; one that has ended already needs none. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function cannotStart(program: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const exec = `exec: ${JSON.stringify(program)}`;
  if (code === "ENOENT")
    return new CannotStart(127, `${exec}: executable file not found in $PATH`, { cause: error });
  if (code === "EACCES") return new CannotStart(126, `${exec}: permission denied`, { cause: error });
  if (error instanceof Error && code !== undefined) {
    return new CannotStart(126, `${exec}: ${error.message}`, { cause: error });
  }
  return error;
}
