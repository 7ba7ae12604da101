import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Closure } from "../closure";
import { writeWhole } from "../writeWhole";
import { closureMap } from "./closureMap";
import { ClosureSources } from "./transpiledSources";

/** What the source maps of an archive are made from. */
export interface MappedArchive {
  /** See `archiveHash`. */
  readonly hash: string;
  /** Names the function for people. */
  readonly name: string;
  readonly closure: Closure;
  /** The source map of the library bundle. */
  readonly bundleMap: () => Promise<string>;
}

/** Where source maps are kept, by archive hash, below the project's folder; `npm run trace` reads them. */
export const mapsFolder = "build/maps";

const sourcesByRoot = new Map<string, ClosureSources>();

/**
 * Writes the source maps of an archive's files to `build/maps/<archive hash>/`. Nothing is done where they are there and
 * no source has changed since: lines may move without another archive coming of it.
 * @param root the project's folder
 */
export async function keepSourceMaps(root: string, archive: MappedArchive): Promise<void> {
  const sources = sourcesOf(root);
  const folder = path.join(root, mapsFolder, archive.hash);
  const madeFrom = path.join(folder, "made-from.json");
  const facts = JSON.stringify({ function: archive.name, sources: sources.digest });
  if (existsSync(madeFrom) && readFileSync(madeFrom, "utf8") === facts) return;
  writeWhole(
    path.join(folder, "closure.js.map"),
    JSON.stringify(closureMap(archive.closure, sources.transpiled())),
  );
  writeWhole(path.join(folder, "index.js.map"), await archive.bundleMap());
  writeWhole(madeFrom, facts);
}

/** The sources as they are when the process first packages a function: those that it runs. */
function sourcesOf(root: string): ClosureSources {
  const known = sourcesByRoot.get(root);
  if (known) return known;
  const sources = new ClosureSources(root);
  sourcesByRoot.set(root, sources);
  return sources;
}
