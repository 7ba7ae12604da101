import { startLocalCloud } from "../local/localCloud";
import { readableLog } from "../local/readableLog";
import { parseLocalOptions, usage, UsageError } from "./localOptions";
import { welcome } from "./welcome";

/** `npm run local`: runs the program on this machine until it is interrupted. */
async function main(args: readonly string[]): Promise<void> {
  const options = parseLocalOptions(args);
  if (!options) return console.log(usage);
  const interrupted = interruption();
  const log = readableLog((line) => console.log(line));
  const cloud = await startLocalCloud({ ...options, log });
  console.log(welcome(cloud, options.stack));
  await interrupted;
  await cloud.stop();
  console.log("\nStopped.");
}

/** Resolves at the first Ctrl-C, or when the process is told to end. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(describe(error));
  process.exit(1);
});

/** People get the message of an error that they can mend; the stack of one that they cannot. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  return expected.includes(error.name) ? error.message : (error.stack ?? error.message);
}

const expected = [
  "CatalogueError",
  "PortInUseError",
  "SettingError",
  "StackConfigError",
  "UnsupportedResourceError",
];
