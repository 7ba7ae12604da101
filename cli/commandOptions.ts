import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./localOptions";

type KnownOptions = NonNullable<ParseArgsConfig["options"]>;

/** The options of all commands that look into a stack; each has one more, which names a file with the stack's outputs. */
export const sourceOptions = {
  stack: { type: "string" },
  "endpoint-url": { type: "string" },
  help: { type: "boolean" },
} as const satisfies KnownOptions;

/** What they are, for those who ask for help. @param file the line of the command's own option */
export const sourceUsage = (file: string): string => `
  --stack NAME           the stack on AWS (default: the one that Pulumi has selected)
${file}
  --endpoint-url URL     the local cloud, for example http://127.0.0.1:4566
  --help                 show this`;

/** Reads options and the words beside them. @throws UsageError for an option that is not known, or has no value */
export function readCommandLine<const Known extends KnownOptions>(args: readonly string[], options: Known) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** @throws UsageError for a word that is no command, or for none */
export function checkCommand<Name extends string>(
  command: string | undefined,
  names: readonly [Name, Name, ...Name[]],
): Name {
  const listed = (last: string) => `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
  if (command === undefined) throw new UsageError(`Say what to do: ${listed("or")}.`);
  const found = names.find((name) => name === command);
  if (found === undefined) throw new UsageError(`"${command}" is no command; there are ${listed("and")}.`);
  return found;
}
