import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { closureOf } from "../../components/packaging/closure";
import { findUsedLibraries } from "../../components/packaging/usedLibraries";
import { median, type Figure } from "../figure";
import { programFunctions, type ProgramFunction } from "../packaging/programFunctions";
import { defaultEntry } from "../packaging/zipped";

const runs = 20;

/** Below the project, so that the default packaging finds the very packages that it would upload. */
const folder = path.resolve(__dirname, "../../build/bench/load");

/** How long each function takes to load in a fresh process, against the same closure with Pulumi's own packaging. */
export async function loadFigures(): Promise<Figure[]> {
  try {
    const figures: Figure[] = [];
    for (const each of await programFunctions()) figures.push(await loadFigure(each));
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loadFigure(each: ProgramFunction): Promise<Figure> {
  const closure = each.files["closure.js"] ?? "";
  const ours = layOut(each.name, "jobrelay", each.files, "index.js");
  const theirs = layOut(each.name, "default", { [defaultEntry]: closure }, defaultEntry);
  const [bundled, plain]: [number[], number[]] = [[], []];
  // By turns, so that whatever else the machine does meets both.
  for (let run = 0; run < runs; run++) {
    bundled.push(await loadTime(ours, each));
    plain.push(await loadTime(theirs, each));
  }
  const [ourMedian, theirMedian] = [median(bundled), median(plain)];
  return {
    name: `load time of ${each.name}`,
    value: ourMedian / theirMedian,
    unit: "×",
    compared: `${ourMedian.toFixed(1)} ms, by default ${theirMedian.toFixed(1)} ms`,
    // A closure that uses no library has no packages to load either way.
    ...(findUsedLibraries(closureOf(closure)).length > 0 ? { limit: { atMost: 0.65 } } : {}),
  };
}

function layOut(name: string, kind: string, files: Readonly<Record<string, string>>, entry: string): string {
  const place = path.join(folder, name, kind);
  mkdirSync(place, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(place, file), text);
  return path.join(place, entry);
}

/** In milliseconds, without what Node.js itself takes to start. */
async function loadTime(entry: string, { environment }: ProgramFunction): Promise<number> {
  const program = `
    const started = performance.now();
    require(${JSON.stringify(entry)});
    console.log(performance.now() - started);
    process.exit();`;
  const env = {
    ...environment,
    AWS_REGION: "us-east-1",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { env });
  return Number(stdout);
}
