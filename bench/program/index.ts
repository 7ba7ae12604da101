import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { median, type Figure } from "../figure";

const runs = 3;
const root = path.resolve(__dirname, "../..");

/** How long `index.ts` takes to the last resource registered, without what was made before and with it. */
export async function programFigures(): Promise<Figure[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (const kept of ["node_modules/.cache/jobrelay", "build/maps"]) {
      rmSync(path.join(root, kept), { recursive: true, force: true });
    }
    cold.push(await evaluate());
    warm.push(await evaluate());
  }
  return [
    { name: "program evaluation, cold cache", value: median(cold), unit: "s", limit: { atMost: 8 } },
    {
      name: "program evaluation, warm cache",
      value: median(warm),
      unit: "s",
      compared: `${median(cold).toFixed(2)} s cold`,
      limit: { atMost: 3 },
    },
  ];
}

/** In seconds, in a fresh process. */
async function evaluate(): Promise<number> {
  // As `npm run local` starts it.
  const flags = ["--max-semi-space-size=32", "-r", "./tools/typescript.cjs"];
  const program = [...flags, path.join(__dirname, "evaluate.ts")];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root });
  return Number(stdout.trim().split("\n").at(-1)) / 1000;
}
