import { buildSync } from "esbuild";
import { join } from "node:path";

/**
 * Writes the program of the workers into `folder` as one plain JavaScript file, so that a cold start compiles no
 * TypeScript and reads nothing of the project.
 * @returns the file to run
 */
export function writeWorkerProgram(folder: string): string {
  const program = join(folder, "worker.js");
  buildSync({
    entryPoints: [join(__dirname, "worker", "main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "silent",
  });
  return program;
}
