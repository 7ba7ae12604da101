import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Resident memory in KiB. */
  readonly resident: number;
}

const run = promisify(execFile);

/** The processes of a container: those in the group of its first process, and the descendants of each. */
export async function processTree(first: number): Promise<readonly ProcessRow[]> {
  const rows = existsSync("/proc/self/status") ? await readProc() : await readPs();
  const tree = new Map(
    rows.filter(({ pid, group }) => pid === first || group === first).map((row) => [row.pid, row]),
  );
  for (let size = -1; size !== tree.size;) {
    size = tree.size;
    for (const row of rows) if (tree.has(row.parent)) tree.set(row.pid, row);
  }
  return [...tree.values()];
}

/** Processes that have `variable` in the environment that they started with; none where the system does not tell. */
export async function processesWith(variable: string): Promise<readonly number[]> {
  const found = await Promise.all(
    (await processIds()).map(async (pid) => {
      const environment = await read(`/proc/${pid}/environ`);
      return environment.split("\0").includes(variable) ? [pid] : [];
    }),
  );
  return found.flat();
}

async function readProc(): Promise<readonly ProcessRow[]> {
  const rows = await Promise.all(
    (await processIds()).map(async (pid) => {
      const status = await read(`/proc/${pid}/status`);
      const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
      return { pid, parent: field("PPid"), group: field("NSpgid"), resident: field("VmRSS") };
    }),
  );
  return rows;
}

async function readPs(): Promise<readonly ProcessRow[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,pgid=,rss="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid = 0, parent = 0, group = 0, resident = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, group, resident };
    });
}

async function processIds(): Promise<readonly number[]> {
  if (!existsSync("/proc/self/environ")) return [];
  return (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
}

/** A process may end while it is read, or belong to someone else: then there is nothing to see. */
async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(code)) return "";
    throw error;
  }
}
