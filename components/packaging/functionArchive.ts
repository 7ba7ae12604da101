import * as pulumi from "@pulumi/pulumi";
import { bundleLibraries } from "./bundleLibraries";
import { serialiseHandler } from "./serialiseHandler";
import { usedLibraries } from "./usedLibraries";

/** The file in the archive that holds the closure, exactly as Pulumi serialised it. */
const closureFile = "closure.js";

/** `<file>.<export>` of the archive's entry. */
export const archiveHandler = "index.handler";

/**
 * The archive of a function: the serialised closure, and one bundle of the library code that it uses.
 * `factory` is called once in each new execution environment and returns the handler.
 */
export async function functionArchive(name: string, factory: () => unknown): Promise<pulumi.asset.Archive> {
  const closure = await serialiseHandler(name, factory);
  const bundle = await bundleLibraries(usedLibraries(closure), closureFile);
  return new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset(bundle),
    [closureFile]: new pulumi.asset.StringAsset(closure),
  });
}
