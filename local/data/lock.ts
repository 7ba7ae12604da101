import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DataFolderError, systemCode } from "./dataFolderError";

/** Locks that this process holds: its number alone could be that of an earlier process, in a container for example. */
const held = new Set<string>();

/**
 * Takes the lock that keeps a folder to one local cloud: a file with the number of its process. The lock of a process
 * that no longer runs is taken over.
 * @returns what releases it
 * @throws DataFolderError when another process holds it
 */
export function takeLock(file: string): () => void {
  for (let attempts = 1; ; attempts++) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
      held.add(file);
      return () => {
        held.delete(file);
        rmSync(file, { force: true });
      };
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
      const holder = holderOf(file);
      if (holder !== undefined || attempts > 3) throw inUse(file, holder);
      rmSync(file, { force: true });
    }
  }
}

/** The process that holds the lock, if it runs. */
function holderOf(file: string): number | undefined {
  const pid = readPid(file);
  if (pid === undefined) return undefined;
  if (pid === process.pid) return held.has(file) ? pid : undefined;
  return isRunning(pid) ? pid : undefined;
}

function readPid(file: string): number | undefined {
  try {
    const text = readFileSync(file, "utf8").trim();
    return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    // Its holder has released it in the meantime.
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return systemCode(error) === "EPERM";
  }
}

function inUse(file: string, holder: number | undefined): DataFolderError {
  const process = holder === undefined ? "another process" : `process ${holder}`;
  return new DataFolderError(
    `The data are in use by ${process}, as ${file} says. Stop that local cloud, or choose another folder with --data.`,
  );
}
