import { mkdirSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { DataFolderError, systemCode } from "./dataFolderError";
import { takeLock } from "./lock";
import { readSnapshot, writeSnapshot } from "./snapshotFile";

/** The state of each service, by name, as the service itself has it. */
export type CloudState = Readonly<Record<string, unknown>>;

/** Whose state it is: names and addresses of resources follow from these. */
export interface DataOwner {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
}

interface Snapshot {
  readonly owner: DataOwner;
  readonly state: CloudState;
}

const snapshotName = "state";
const lockName = "lock";

/** A folder that keeps the state of a local cloud while it is stopped. */
export class DataFolder {
  private constructor(
    private readonly folder: string,
    private readonly owner: DataOwner,
    /** Undefined when nothing has been saved yet. */
    readonly state: CloudState | undefined,
    /** Lets others use the folder. */
    readonly release: () => void,
  ) {}

  /**
   * Opens a folder for one local cloud, and makes it if it is not there.
   * @throws DataFolderError when it is something else, is in use, damaged, of another stack or cannot be written
   */
  static open(folder: string, owner: DataOwner): DataFolder {
    const absolute = path.resolve(folder);
    return forPeople(absolute, () => {
      prepare(absolute);
      const release = takeLock(path.join(absolute, lockName));
      try {
        const state = readState(path.join(absolute, snapshotName), owner);
        return new DataFolder(absolute, owner, state, release);
      } catch (error) {
        release();
        throw error;
      }
    });
  }

  /** Replaces what is saved, all or nothing. @throws DataFolderError when it cannot be written */
  save(state: CloudState): void {
    const snapshot: Snapshot = { owner: this.owner, state };
    forPeople(this.folder, () => writeSnapshot(path.join(this.folder, snapshotName), snapshot));
  }
}

function prepare(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!statSync(folder).isDirectory()) throw noFolder(folder);
  const ours = [snapshotName, `${snapshotName}.new`, lockName];
  const names = readdirSync(folder);
  const stranger = names.find((name) => !ours.includes(name));
  if (stranger !== undefined && !names.includes(snapshotName)) {
    throw new DataFolderError(
      `${folder} holds other things, such as ${stranger}. Choose an empty or a new folder with --data.`,
    );
  }
}

function readState(file: string, owner: DataOwner): CloudState | undefined {
  const snapshot = readSnapshot(file) as Snapshot | undefined;
  if (!snapshot) return undefined;
  for (const name of ["project", "stack", "region"] as const) {
    if (snapshot.owner[name] === owner[name]) continue;
    throw new DataFolderError(
      `${file} is of the ${name} ${snapshot.owner[name]}, and this one is ${owner[name]}. ` +
        "Choose another folder with --data.",
    );
  }
  return snapshot.state;
}

/** Says in a sentence what the system refuses. */
function forPeople<Result>(folder: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const code = systemCode(error);
    if (code === "EEXIST" || code === "ENOTDIR") throw noFolder(folder, error);
    if (code === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      `${folder} cannot be used for data: ${reason}. Make it writable, or choose another folder with --data.`,
      { cause: error },
    );
  }
}

function noFolder(folder: string, cause?: unknown): DataFolderError {
  return new DataFolderError(`${folder} is not a folder. Choose another one with --data.`, { cause });
}
