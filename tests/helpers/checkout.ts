import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(__dirname, "../..");

/** What packaging functions needs of the project; packages are found in the folders above. */
const parts = [
  "components",
  "functions",
  "local",
  "tests",
  "tools",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];

/** Makes the archives of these handlers in a copy of the project, in a process of its own. @returns their hashes */
export async function hashesOfCheckout(names: readonly string[]): Promise<string[]> {
  const parent = path.join(root, "build");
  mkdirSync(parent, { recursive: true });
  const checkout = mkdtempSync(path.join(parent, "checkout-"));
  try {
    for (const part of parts) cpSync(path.join(root, part), path.join(checkout, part), { recursive: true });
    const tools = path.join(root, "tools/typescript.cjs");
    const args = ["-r", tools, path.join(checkout, "tests/helpers/printHashes.ts"), ...names];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout });
    return JSON.parse(stdout) as string[];
  } finally {
    rmSync(checkout, { recursive: true });
  }
}
