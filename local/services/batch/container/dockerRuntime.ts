import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { Log } from "../../../log";
import {
  CannotStart,
  outOfMemory,
  type Container,
  type ContainerExit,
  type ContainerRuntime,
  type ContainerSpec,
} from "./container";
import { eachLine } from "./lines";

const run = promisify(execFile);
const detectionTimeout = 3000;

/** Whether an engine answers. @param docker the program */
export async function dockerAnswers(docker: string): Promise<boolean> {
  try {
    const { stdout } = await run(docker, ["version", "--format", "{{.Server.Version}}"], {
      timeout: detectionTimeout,
    });
    return stdout.trim() !== "";
  } catch {
    // Not installed, not running or not ours to use: all the same to us.
    return false;
  }
}

/** Runs containers with Docker. @param docker the program */
export function dockerRuntime(docker: string, log: Log): ContainerRuntime {
  return {
    async start(spec) {
      const name = `batch-${randomUUID()}`;
      const invoke = async (args: readonly string[]) => (await run(docker, [...args])).stdout.trim();
      try {
        await invoke(["create", "--name", name, ...options(spec), spec.image, ...spec.command]);
        return attach({ docker, name, spec, invoke, log });
      } catch (error) {
        throw new CannotStart(undefined, lastLine(error), { cause: error });
      }
    },
  };
}

interface DockerContainer {
  readonly docker: string;
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly log: Log;
  readonly invoke: (args: readonly string[]) => Promise<string>;
}

async function attach(container: DockerContainer): Promise<Container> {
  const { docker, name, spec, invoke, log } = container;
  const errors: string[] = [];
  const child = spawn(docker, ["start", "--attach", name], { stdio: ["ignore", "pipe", "pipe"] });
  eachLine(child.stdout, (line) => spec.onLine(line));
  eachLine(child.stderr, (line) => {
    errors.splice(0, errors.length - 9, line);
    spec.onLine(line);
  });
  let alive = true;
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.once("exit", () => (alive = false));
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  // A signal for a container that has just exited is refused: its end is what was wanted.
  const signal = (kind: "TERM" | "KILL") =>
    void invoke(["kill", "--signal", kind, name]).catch((error: unknown) =>
      log(`docker: ${lastLine(error)}`),
    );
  return {
    exited: closed.then(() => inspect(container, errors.at(-1))),
    get alive() {
      return alive;
    },
    terminate: () => alive && signal("TERM"),
    kill: () => alive && signal("KILL"),
  };
}

async function inspect(
  { name, invoke, log }: DockerContainer,
  lastError: string | undefined,
): Promise<ContainerExit> {
  try {
    const format = "{{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Error}}";
    const [code = "", killed, ...error] = (await invoke(["inspect", "--format", format, name])).split(" ");
    const reason = killed === "true" ? outOfMemory : error.join(" ").trim();
    return {
      exitCode: Number(code),
      ...(reason !== "" && { reason: killed === "true" ? reason : `CannotStartContainerError: ${reason}` }),
    };
  } catch (error) {
    return { reason: lastError ?? lastLine(error) };
  } finally {
    await invoke(["rm", "--force", "--volumes", name]).catch((error: unknown) =>
      log(`docker: ${lastLine(error)}`),
    );
  }
}

/** The host's network, since the local cloud listens on 127.0.0.1. */
function options({ environment, vcpus, memoryMib }: ContainerSpec): readonly string[] {
  const variables = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const memory = `${memoryMib}m`;
  return [
    "--network",
    "host",
    "--cpus",
    String(vcpus),
    "--memory",
    memory,
    "--memory-swap",
    memory,
    ...variables,
  ];
}

function lastLine(error: unknown): string {
  const text =
    (error as { readonly stderr?: string }).stderr ||
    (error instanceof Error ? error.message : String(error));
  return text.trim().split("\n").at(-1) ?? "";
}
