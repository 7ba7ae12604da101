import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { zipSync } from "fflate";

/** The name that `aws.lambda.CallbackFunction` gives the closure. */
export const defaultEntry = "__index.js";

type Texts = Readonly<Record<string, string>>;

/** How large an archive is when it is zipped, in bytes. */
export function archiveSize(files: Texts): number {
  const contents = Object.entries(files).map(
    ([file, text]) => [file, new TextEncoder().encode(text)] as const,
  );
  return zippedSize(Object.fromEntries(contents));
}

/** The same of the closure alone, in Pulumi's own packaging. */
export function closureSize(files: Texts): number {
  return archiveSize({ [defaultEntry]: files["closure.js"] ?? "" });
}

export interface Packages {
  readonly count: number;
  readonly zippedBytes: number;
}

let known: Promise<Packages> | undefined;

/**
 * What `aws.lambda.CallbackFunction` uploads beside the closure: the packages of `package.json` with all that they
 * depend upon, as Pulumi itself collects them. The same for every function.
 */
export function defaultPackages(): Promise<Packages> {
  return (known ??= readPackages());
}

async function readPackages(): Promise<Packages> {
  const collected = await pulumi.runtime.computeCodePaths({});
  const files: Record<string, Uint8Array> = {};
  for (const asset of collected.values()) {
    const { path: folder } = asset as pulumi.asset.FileArchive;
    addFiles(files, await folder);
  }
  return { count: collected.size, zippedBytes: zippedSize(files) };
}

function addFiles(files: Record<string, Uint8Array>, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) files[file] = readFileSync(file);
  }
}

/** Deflated at the usual level, as Pulumi does. */
function zippedSize(files: Record<string, Uint8Array>): number {
  return zipSync(files, { level: 6 }).length;
}
