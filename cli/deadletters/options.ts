import { checkCommand, readCommandLine, sourceOptions, sourceUsage } from "../commandOptions";
import { UsageError } from "../localOptions";
import { stackSource, type StackSource } from "../stackSource";

/** What is asked of them. */
export type DeadLetterCommand =
  | { readonly command: "list" }
  | { readonly command: "show"; readonly queue: string; readonly limit: number }
  | {
      readonly command: "redrive";
      readonly queue: string;
      /** @default all */
      readonly limit?: number;
      readonly forgetExpired: boolean;
    };

export type DeadLetterOptions = DeadLetterCommand & { readonly source: StackSource };

/** The option that names a file with the outputs of a stack. */
export const fileOption = "queues-from";

export const usage = `Usage: npm run deadletters -- COMMAND [options]

  list                   every dead-letter queue, and what is in it
  show QUEUE             the messages of one, which stay where they are
  redrive QUEUE          sends them back to where they failed

  --limit N              how many messages, 1 to 1000 (show: default 10; redrive: default all)
  --forget-expired       redrive: remove what names changes that have left the table's stream (after 24 hours)
${sourceUsage('  --queues-from FILE     the queues from the output of "pulumi stack output --json" (-: standard input)')}`;

/** Reads the command line. Nothing means that help was asked for. @throws UsageError */
export function parseDeadLetterOptions(args: readonly string[]): DeadLetterOptions | undefined {
  const { values, positionals } = readArgs(args);
  if (values.help) return undefined;
  const command = commandOf(positionals, values);
  const { stack, [fileOption]: file, "endpoint-url": endpointUrl } = values;
  return { ...command, source: stackSource({ stack, file, "endpoint-url": endpointUrl }, fileOption) };
}

type Values = ReturnType<typeof readArgs>["values"];

const options = {
  ...sourceOptions,
  limit: { type: "string" },
  "forget-expired": { type: "boolean" },
  [fileOption]: { type: "string" },
} as const;

const readArgs = (args: readonly string[]) => readCommandLine(args, options);

function commandOf([word, queue, ...more]: readonly string[], values: Values): DeadLetterCommand {
  const limit = values.limit === undefined ? undefined : parseLimit(values.limit);
  const forgetExpired = values["forget-expired"] ?? false;
  const command = checkCommand(word, ["list", "show", "redrive"]);
  const unused = command === "list" ? queue : more[0];
  if (unused !== undefined) throw new UsageError(`${command} does not take "${unused}".`);
  if (forgetExpired && command !== "redrive") throw new UsageError(`${command} has no --forget-expired.`);
  if (command === "list") {
    if (limit !== undefined) throw new UsageError("list has no --limit.");
    return { command };
  }
  if (queue === undefined) throw new UsageError(`${command} needs the name of a queue; list shows them.`);
  if (command === "show") return { command, queue, limit: limit ?? 10 };
  return { command, queue, ...(limit === undefined ? {} : { limit }), forgetExpired };
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= 1 && limit <= 1000) return limit;
  throw new UsageError(`--limit is "${text}"; it is a whole number from 1 to 1000.`);
}
