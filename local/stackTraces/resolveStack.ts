import { originalPositionFor } from "@jridgewell/trace-mapping";
import type { ArchiveMaps } from "./archiveMaps";

/**
 * A place in a file of an archive, such as `/var/task/closure.js:12:34` on Lambda: in a stack trace, or in JSON with one
 * in it. The line begins with 1, and so does the column.
 */
const place = /(?:file:\/\/)?[^\s()"'<>]*[/\\](index|closure)\.js:(\d+):(\d+)/g;

export interface ResolvedStack {
  readonly text: string;
  /** How many places there were of the archive's files, and how many of them lead to a source. */
  readonly places: number;
  readonly resolved: number;
}

/**
 * Replaces the places in an archive's files by those in the sources. One that leads nowhere stays as it is: what is not
 * ours in `closure.js` is Pulumi's, which calls our functions.
 */
export function resolveStack(maps: ArchiveMaps, archiveHash: string, text: string): ResolvedStack {
  // Nearly every line: to look for places takes far longer.
  if (!text.includes(".js:")) return { text, places: 0, resolved: 0 };
  let places = 0;
  let resolved = 0;
  const replaced = text.replace(place, (found, file: string, line: string, column: string) => {
    places++;
    const map = maps.of(archiveHash, `${file}.js`);
    const position = map && originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
    if (!position || position.source === null) return found;
    resolved++;
    return `${position.source}:${position.line}:${position.column + 1}`;
  });
  return { text: replaced, places, resolved };
}
