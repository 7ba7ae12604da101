import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { writeWhole } from "./writeWhole";

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
    writeWhole(file, bundle);
    return bundle;
  }
}
