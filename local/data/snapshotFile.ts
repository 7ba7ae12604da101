import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";
import { DataFolderError, systemCode } from "./dataFolderError";

/** Raised whenever what is saved changes its shape. */
const formatVersion = 1;

/** What stands before the version in the first line of the file. */
const format = "jobrelay local data";

/**
 * Writes plain data (with maps, sets, dates and buffers) so that the file is at all times the old one or the new one,
 * whole: a line with format, version, the version of Node.js and a checksum, then the data as `v8.serialize` has them.
 */
export function writeSnapshot(file: string, data: unknown): void {
  const body = serialize(data);
  const header = `${format} ${formatVersion} ${process.versions.node} ${digest(body)}\n`;
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    writeSync(descriptor, header);
    for (let written = 0; written < body.length;) written += writeSync(descriptor, body, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
  syncFolder(path.dirname(file));
}

/**
 * Reads what `writeSnapshot` wrote; undefined when there is no such file.
 * @throws DataFolderError when it is damaged, of another version, or not of this program
 */
export function readSnapshot(file: string): unknown {
  const bytes = readIfThere(file);
  if (!bytes) return undefined;
  const end = bytes.indexOf("\n");
  const header = bytes.subarray(0, Math.max(end, 0)).toString();
  const [, version, node, checksum] = /^jobrelay local data (\d+) (\S+) ([0-9a-f]{64})$/.exec(header) ?? [];
  if (version === undefined) {
    throw new DataFolderError(`${file} was not written by Jobrelay. Choose another folder with --data.`);
  }
  if (Number(version) !== formatVersion) {
    throw new DataFolderError(
      `${file} has format ${version}, and this version of Jobrelay reads format ${formatVersion}. ` +
        "Use the version that wrote it, or choose another folder with --data.",
    );
  }
  const body = bytes.subarray(end + 1);
  if (digest(body) !== checksum) {
    throw new DataFolderError(
      `${file} is damaged: its checksum does not fit. Restore it from a copy, or choose another folder with --data.`,
    );
  }
  return read(body, file, node);
}

function read(body: Buffer, file: string, node: string | undefined): unknown {
  try {
    return deserialize(body) as unknown;
  } catch (error) {
    throw new DataFolderError(
      `${file} was written with Node.js ${node}, and Node.js ${process.versions.node} cannot read it. ` +
        "Use a version that is not older.",
      { cause: error },
    );
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function digest(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}

/** So that the new name outlives a power failure, where the system lets a folder be opened. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
