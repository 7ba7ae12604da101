import { checkCommand, readCommandLine, sourceOptions, sourceUsage } from "../commandOptions";
import { UsageError } from "../localOptions";
import { stackSource, type StackSource } from "../stackSource";

/** What is asked for. */
export type TagCommand =
  | {
      readonly command: "load";
      readonly file: string;
      /** Whether groups go that the file lacks. */
      readonly replace: boolean;
    }
  | {
      readonly command: "build";
      readonly dryRun: boolean;
      /** The value of a group, or `KEY=VALUE`. @default all groups */
      readonly group?: string;
      /** In whose resources to look. @default what the stack is configured for */
      readonly services?: readonly string[];
      /** Calls a second. @default what the stack is configured for */
      readonly rate?: number;
    };

export type TagOptions = TagCommand & { readonly source: StackSource };

/** The option that names a file with the outputs of a stack. */
export const fileOption = "outputs-from";

export const usage = `Usage: npm run tags -- COMMAND [options]

  load FILE              puts the tag groups of a .csv, .json or .xlsx file into the table
  build                  tags the resources that lack tags of their group

  --replace              load: remove the groups that the file lacks
  --dry-run              build: show what would be tagged, and tag nothing
  --group VALUE          build: one group only, by its value or KEY=VALUE
  --services LIST        build: in whose resources to look, for example sqs,s3 (default: as configured)
  --rate N               build: calls a second at most (default: as configured)
${sourceUsage('  --outputs-from FILE    where its table is, from the output of "pulumi stack output --json" (-: standard input)')}`;

/** Reads the command line. Nothing means that help was asked for. @throws UsageError */
export function parseTagOptions(
  args: readonly string[],
  knownServices: readonly string[],
): TagOptions | undefined {
  const { values, positionals } = readArgs(args);
  if (values.help) return undefined;
  const command = commandOf(positionals, values, knownServices);
  const { stack, [fileOption]: file, "endpoint-url": endpointUrl } = values;
  return { ...command, source: stackSource({ stack, file, "endpoint-url": endpointUrl }, fileOption) };
}

type Values = ReturnType<typeof readArgs>["values"];

const options = {
  ...sourceOptions,
  replace: { type: "boolean" },
  "dry-run": { type: "boolean" },
  group: { type: "string" },
  services: { type: "string" },
  rate: { type: "string" },
  [fileOption]: { type: "string" },
} as const;

const readArgs = (args: readonly string[]) => readCommandLine(args, options);

const ofBuild = ["dry-run", "group", "services", "rate"] as const;

function commandOf(
  [word, ...more]: readonly string[],
  values: Values,
  knownServices: readonly string[],
): TagCommand {
  const command = checkCommand(word, ["load", "build"]);
  const foreign = (command === "load" ? ofBuild : (["replace"] as const)).find(
    (name) => values[name] !== undefined,
  );
  if (foreign !== undefined) throw new UsageError(`${command} has no --${foreign}.`);
  const unused = command === "load" ? more[1] : more[0];
  if (unused !== undefined) throw new UsageError(`${command} does not take "${unused}".`);
  if (command === "build") return { command, ...buildOf(values, knownServices) };
  const [file] = more;
  if (file === undefined) throw new UsageError("load needs a file: .csv, .json or .xlsx.");
  return { command, file, replace: values.replace ?? false };
}

function buildOf({ "dry-run": dryRun = false, group, services, rate }: Values, known: readonly string[]) {
  return {
    dryRun,
    ...(group === undefined ? {} : { group }),
    ...(services === undefined ? {} : { services: parseServices(services, known) }),
    ...(rate === undefined ? {} : { rate: parseRate(rate) }),
  };
}

function parseServices(text: string, known: readonly string[]): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  const other = names.find((name) => !known.includes(name));
  if (other === undefined) return names;
  throw new UsageError(`--services has "${other}"; there are ${known.join(", ")}.`);
}

function parseRate(text: string): number {
  const rate = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (rate >= 0.1 && rate <= 100) return rate;
  throw new UsageError(`--rate is "${text}"; it is a number from 0.1 to 100.`);
}
