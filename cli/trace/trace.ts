import type { ArchiveMaps, KnownArchive } from "../../local/stackTraces/archiveMaps";
import { resolveStack } from "../../local/stackTraces/resolveStack";

export const usage = `Usage: npm run trace -- ARCHIVE_HASH < stack.txt

Replaces the places in a function's archive (/var/task/…) by those in its sources. Errors are logged with the hash, as
"archive"; it is the function's environment variable ARCHIVE_HASH, too.`;

/** What was asked for cannot be done; the message says what can. */
export class TraceError extends Error {
  override readonly name = "TraceError";
}

/** The text with its places resolved. @throws TraceError for an archive that is not known, or a text without places */
export function trace(maps: ArchiveMaps, hash: string, text: string): string {
  if (!maps.has(hash)) throw new TraceError(unknownArchive(hash, maps.known()));
  const { text: resolved, places } = resolveStack(maps, hash, text);
  if (places > 0) return resolved;
  const found = text.trim() === "" ? "nothing" : "no stack trace";
  throw new TraceError(
    `There is ${found} on standard input: expected lines with places such as /var/task/closure.js:12:34.`,
  );
}

function unknownArchive(hash: string, known: readonly KnownArchive[]): string {
  const head = `There are no source maps of the archive "${hash}" in build/maps.`;
  const remedy =
    "They are made whenever the program runs: check out the commit that was deployed, and run " +
    "npx pulumi preview with the stack selected (or npm run local).";
  if (known.length === 0) return `${head} There are none at all. ${remedy}`;
  const list = known.map((archive) => `  ${archive.hash}  ${archive.name}`).join("\n");
  return `${head} There are those of:\n${list}\n${remedy}`;
}
