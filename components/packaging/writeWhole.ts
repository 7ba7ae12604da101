import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** Writes a file by renaming, so that another process never reads half of it. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}
