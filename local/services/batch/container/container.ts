/** A container to run. */
export interface ContainerSpec {
  readonly image: string;
  /** Empty: the image's own command. */
  readonly command: readonly string[];
  /** All that it sees, but for what every process needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** A line of its output, or a piece of a long one. */
  readonly onLine: (line: string) => void;
}

/** How a container exited: `reason` is why, when that was not its own doing. */
export interface ContainerExit {
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
}

export interface Container {
  /** Comes when it has exited and all of its output is read; never rejected. */
  readonly exited: Promise<ContainerExit>;
  /** False as soon as its first process has exited. */
  readonly alive: boolean;
  /** Sends SIGTERM to its first process. */
  terminate(): void;
  /** Kills all of its processes. */
  kill(): void;
}

export interface ContainerRuntime {
  /** Comes when the container runs. @throws CannotStart */
  start(spec: ContainerSpec): Promise<Container>;
}

/** A container's command cannot be run; the message is the reason that ECS gives. */
export class CannotStart extends Error {
  /** @param exitCode as a container runtime gives it: 126 for what is no program, 127 for what is not there */
  constructor(
    readonly exitCode: number | undefined,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`CannotStartContainerError: ${detail}`, options);
    this.name = "CannotStart";
  }
}

export const outOfMemory = "OutOfMemoryError: Container killed due to memory usage";
