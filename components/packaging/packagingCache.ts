import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "./projectRoot";
import { writeWhole } from "./writeWhole";

/**
 * What packaging made before, by what it was made from. Bundling is most of what starting the program costs.
 * @param folder where it is kept; it may be deleted at any time
 */
export class PackagingCache {
  constructor(private readonly folder: string) {}

  /** The text made from `ingredients`, or a new one. */
  async getOrMake(ingredients: readonly string[], make: () => Promise<string>): Promise<string> {
    const hash = createHash("sha256").update(JSON.stringify(ingredients)).digest("hex");
    const file = path.join(this.folder, `${hash}.js`);
    if (existsSync(file)) return readFileSync(file, "utf8");
    const text = await make();
    writeWhole(file, text);
    return text;
  }
}

export const packagingCache = new PackagingCache(path.join(projectRoot, "node_modules/.cache/jobrelay"));
