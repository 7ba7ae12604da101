import { createHash } from "node:crypto";
import { bundleLibraries } from "./bundleLibraries";
import { closureOf } from "./closure";
import { projectRoot } from "./projectRoot";
import { serialiseHandler } from "./serialiseHandler";
import { keepSourceMaps } from "./sourceMaps/keepSourceMaps";
import { usedLibraries } from "./usedLibraries";

/** The file in the archive that holds the closure, exactly as Pulumi serialised it. */
const closureFile = "closure.js";

/** `<file>.<export>` of the archive's entry. */
export const archiveHandler = "index.handler";

/** What is uploaded for a function. */
export interface FunctionArchive {
  /** Texts by file. */
  readonly files: Readonly<Record<string, string>>;
  /** 16 hexadecimal digits that follow from the files alone; `npm run trace` takes it. */
  readonly hash: string;
}

/**
 * The archive of a function: the serialised closure, and one bundle of the library code that it uses. Its source maps
 * are kept aside.
 * `factory` is called once in each new execution environment and returns the handler.
 */
export async function functionArchive(name: string, factory: () => unknown): Promise<FunctionArchive> {
  const closure = closureOf(await serialiseHandler(name, factory));
  const bundle = await bundleLibraries(await usedLibraries(closure), closureFile);
  const files = { "index.js": bundle.code, [closureFile]: closure.text };
  const hash = archiveHash(files);
  await keepSourceMaps(projectRoot, { hash, name, closure, bundleMap: bundle.map });
  return { files, hash };
}

function archiveHash(files: Readonly<Record<string, string>>): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
}
