import { randomInt } from "node:crypto";
import { parseOptions, usage, UsageError } from "./options";
import { reportOf } from "./report";
import { run } from "./run";

/** `npm run test:faults`: tries to lose something, and fails if it can. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, () => randomInt(2 ** 31));
  if (!options) {
    console.log(usage);
    return 0;
  }
  const { jobs, seed, rate, restarts } = options;
  console.log(`${jobs} jobs, seed ${seed}, each fault at ${rate}, ${restarts} restarts`);
  const result = await run({
    ...{ jobs, seed, rate, restarts },
    log: options.log
      ? (line) => console.log(`${new Date().toISOString().slice(14, 23)} ${line}`)
      : () => undefined,
    progress: (line) => console.log(line),
  });
  console.log(`\n${reportOf({ jobs, seed, rate, restarts }, result)}`);
  const holds = result.verdicts.every(({ findings }) => findings.length === 0);
  return holds && result.failures.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
    else console.error(error);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
