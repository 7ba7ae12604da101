import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type validateDefinition from "asl-validator";

const load = createRequire(__filename);
const modules = path.resolve(__dirname, "../../../node_modules");

/** Has an empty file for each text that was good; it may be deleted at any time. */
const folder = path.join(modules, ".cache/jobrelay/definitions");

/**
 * What is wrong with the syntax of a definition; undefined where nothing is. The validator compiles all its schemas anew
 * each time, a tenth of a second, so what was good once is not asked about again.
 * @param definition the text, parsed
 */
export function syntaxError(text: string, definition: object): string | undefined {
  const version = readFileSync(path.join(modules, "asl-validator/package.json"), "utf8");
  // A queue's URL has the port of this run, which can be any.
  const lasting = text.replace(/(:\/\/127\.0\.0\.1):\d+/g, "$1");
  const file = path.join(folder, createHash("sha256").update(version).update(lasting).digest("hex"));
  if (existsSync(file)) return undefined;
  // Not loaded where nothing is new, and loading takes as long.
  const validate = load("asl-validator") as typeof validateDefinition;
  // It writes into what it checks.
  const validation = validate(structuredClone(definition), { checkPaths: true, checkArn: true });
  if (!validation.isValid) return validation.errorsText("; ");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, "");
  return undefined;
}
