import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/**
 * Bundles that were made before, by what went into them. Bundling is most of what starting the program costs.
 * @param folder where they are kept; it may be deleted at any time
 */
export class BundleCache {
  constructor(private readonly folder: string) {}

  /** The bundle made from `ingredients`, or a new one. */
  async getOrMake(ingredients: readonly string[], make: () => Promise<string>): Promise<string> {
    const hash = createHash("sha256").update(JSON.stringify(ingredients)).digest("hex");
    const file = path.join(this.folder, `${hash}.js`);
    if (existsSync(file)) return readFileSync(file, "utf8");
    const bundle = await make();
    this.write(file, bundle);
    return bundle;
  }

  /** By renaming, so that another process never reads half a bundle. */
  private write(file: string, bundle: string): void {
    mkdirSync(this.folder, { recursive: true });
    const unfinished = `${file}.${process.pid}.${process.hrtime.bigint()}`;
    writeFileSync(unfinished, bundle);
    renameSync(unfinished, file);
  }
}
