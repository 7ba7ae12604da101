import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeWorkerProgram } from "./workerProgram";

/** The temporary folder with the worker program and the functions' files; made when it is first needed. */
export class Workspace {
  #opened: Promise<{ readonly folder: string; readonly program: string }> | undefined;

  /** Lays out an archive's files. */
  async layOut(
    functionName: string,
    files: Readonly<Record<string, Buffer | string>>,
  ): Promise<{ readonly folder: string; readonly program: string }> {
    const { folder: parent, program } = await (this.#opened ??= open());
    const folder = join(parent, "functions", functionName);
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return { folder, program };
  }

  async remove(): Promise<void> {
    const opened = await this.#opened;
    if (opened) await rm(opened.folder, { recursive: true, force: true });
  }
}

async function open(): Promise<{ folder: string; program: string }> {
  // Node tells modules their real paths, so the folder had better have its own.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "jobrelay-lambda-")));
  return { folder, program: writeWorkerProgram(folder) };
}
