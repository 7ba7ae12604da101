import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { bundleEntry, bundlerFacts, type Bundle } from "./bundler";
import { packagingCache } from "./packagingCache";
import { projectRoot } from "./projectRoot";
import type { UsedLibrary } from "./usedLibraries";

/** The entry module of a function, and where its code comes from. */
export interface LibraryBundle {
  readonly code: string;
  /** The source map of the code. */
  readonly map: () => Promise<string>;
}

/**
 * The entry module of a function: the used exports of its libraries, bundled, and a loader that runs the closure
 * beside it with them. The closure itself stays out of the bundle, for it uses `with` and bundles are strict code.
 */
export async function bundleLibraries(
  libraries: readonly UsedLibrary[],
  closureFile: string,
): Promise<LibraryBundle> {
  const entry = entryModule(libraries, closureFile);
  const ingredients = [entry, lockedPackages(), ...bundlerFacts];
  let made: Promise<Bundle> | undefined;
  const make = () => (made ??= bundleEntry(entry));
  return {
    code: await packagingCache.getOrMake([...ingredients, "code"], async () => (await make()).code),
    map: () => packagingCache.getOrMake([...ingredients, "map"], async () => (await make()).map),
  };
}

let lockFileHash: string | undefined;

/** Stands for the versions of all packages. */
function lockedPackages(): string {
  const read = () => readFileSync(path.join(projectRoot, "package-lock.json"));
  return (lockFileHash ??= createHash("sha256").update(read()).digest("hex"));
}

function entryModule(libraries: readonly UsedLibrary[], closureFile: string): string {
  const imports = libraries.map(({ id, exports }, index) => {
    const names = exports.map((name) => `${name} as l${index}_${name}`).join(", ");
    return `import { ${names} } from ${JSON.stringify(importName(id))};`;
  });
  const entries = libraries.map(({ id, exports }, index) => {
    const members = exports.map((name) => `${name}: l${index}_${name}`).join(", ");
    return `${JSON.stringify(id)}: { ${members} }`;
  });
  return `${imports.join("\n")}
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
const libraries = { ${entries.join(", ")} };
const filename = join(__dirname, ${JSON.stringify(closureFile)});
const closure = { exports: {} };
const load = compileFunction(readFileSync(filename, "utf8"), ["exports", "require", "module"], { filename });
load(closure.exports, (id) => libraries[id] ?? require(id), closure);
export const handler = closure.exports.handler;
`;
}

/**
 * What to import for a module that the closure requires. Pulumi names the file of a package's CommonJS flavour;
 * where that is the package's main module, the package's name leads to its ES module flavour.
 */
function importName(id: string): string {
  const name = id
    .split("/")
    .slice(0, id.startsWith("@") ? 2 : 1)
    .join("/");
  const resolver = createRequire(path.join(projectRoot, "index.ts"));
  const main = resolver.resolve(name);
  return main.endsWith(path.normalize(id.slice(name.length))) ? name : id;
}
