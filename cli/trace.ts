import * as path from "node:path";
import { text } from "node:stream/consumers";
import { ArchiveMaps } from "../local/stackTraces/archiveMaps";
import { trace, TraceError, usage } from "./trace/trace";

/** `npm run trace`: finds the lines of a function's sources in a stack trace from its log. */
async function main(args: readonly string[]): Promise<number> {
  const [hash] = args;
  if (args.includes("--help") || args.length !== 1 || hash === undefined) {
    console.log(usage);
    return args.includes("--help") ? 0 : 2;
  }
  const maps = new ArchiveMaps(path.resolve(__dirname, "../build/maps"));
  if (process.stdin.isTTY) console.error("Paste the stack trace, then press Ctrl-D.");
  process.stdout.write(trace(maps, hash, await text(process.stdin)));
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof TraceError ? error.message : error);
    process.exit(error instanceof TraceError ? 2 : 1);
  },
);
