import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { TraceMap } from "@jridgewell/trace-mapping";

/** An archive whose source maps are kept. */
export interface KnownArchive {
  readonly hash: string;
  /** The function that it is of. */
  readonly name: string;
}

/** The source maps of archives, as packaging keeps them: `<folder>/<archive hash>/<file of the archive>.map`. */
export class ArchiveMaps {
  readonly #maps = new Map<string, TraceMap | undefined>();

  /** @param folder `build/maps` of the project */
  constructor(private readonly folder: string) {}

  /** All archives, by the names of their functions. */
  known(): KnownArchive[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((hash) => existsSync(path.join(this.folder, hash, "made-from.json")))
      .map((hash) => ({ hash, name: this.#nameOf(hash) }))
      .sort((a, b) => a.name.localeCompare(b.name) || a.hash.localeCompare(b.hash));
  }

  has(hash: string): boolean {
    return existsSync(path.join(this.folder, hash, "made-from.json"));
  }

  /** The source map of a file of an archive, if it is kept. */
  of(hash: string, file: string): TraceMap | undefined {
    const mapFile = path.join(this.folder, hash, `${file}.map`);
    if (!this.#maps.has(mapFile)) this.#maps.set(mapFile, readMap(mapFile));
    return this.#maps.get(mapFile);
  }

  #nameOf(hash: string): string {
    const facts = readFileSync(path.join(this.folder, hash, "made-from.json"), "utf8");
    return (JSON.parse(facts) as { function: string }).function;
  }
}

function readMap(file: string): TraceMap | undefined {
  return existsSync(file) ? new TraceMap(readFileSync(file, "utf8")) : undefined;
}
