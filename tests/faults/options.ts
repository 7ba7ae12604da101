import { parseArgs } from "node:util";

export const usage = `Usage: npm run test:faults -- [--jobs N] [--seed N] [--rate N] [--restarts N] [--log]

  --jobs N   how many jobs are asked for (default 500)
  --seed N   what happens to them; the same seed takes the same decisions (default: another each time)
  --rate N   how often each fault happens where it can, from 0 to 1 (default 0.05)
  --restarts N  how often the local cloud is stopped and started again meanwhile (default 1)
  --log      print what the local cloud and the functions say
  --help     show this`;

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Options {
  readonly jobs: number;
  readonly seed: number;
  readonly rate: number;
  readonly restarts: number;
  readonly log: boolean;
}

/** @returns nothing when help is asked for @throws UsageError */
export function parseOptions(args: readonly string[], anySeed: () => number): Options | undefined {
  const values = valuesOf(args);
  if (values.help) return undefined;
  const jobs = values.jobs === undefined ? 500 : Number(values.jobs);
  const seed = values.seed === undefined ? anySeed() : Number(values.seed);
  const rate = values.rate === undefined ? 0.05 : Number(values.rate);
  const restarts = values.restarts === undefined ? 1 : Number(values.restarts);
  check("--jobs", values.jobs, Number.isInteger(jobs) && jobs > 0, "a whole number above 0");
  check(
    "--seed",
    values.seed,
    Number.isSafeInteger(seed) && seed >= 0,
    "a whole number that is not negative",
  );
  check("--rate", values.rate, rate >= 0 && rate <= 1, "a number from 0 to 1");
  check(
    "--restarts",
    values.restarts,
    Number.isInteger(restarts) && restarts >= 0,
    "a whole number that is not negative",
  );
  return { jobs, seed, rate, restarts, log: values.log ?? false };
}

function check(option: string, given: string | undefined, holds: boolean, rule: string): void {
  if (!holds) throw new UsageError(`${option} is ${given}; it must be ${rule}.`);
}

function valuesOf(args: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    return parseArgs({
      args: [...args],
      options: { jobs: text, seed: text, rate: text, restarts: text, log: flag, help: flag },
    }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
