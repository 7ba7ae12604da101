import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { UsageError } from "./localOptions";

/** Where the resources of a stack are found. */
export type StackSource =
  | { readonly kind: "stack"; readonly stack?: string }
  /** What `pulumi stack output --json` has printed; `-` is the standard input. */
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "endpoint"; readonly endpointUrl: string };

/** The values of the options that name one, by option; `file` goes by a name of the command's own. */
export interface SourceValues {
  readonly stack?: string | undefined;
  readonly file?: string | undefined;
  readonly "endpoint-url"?: string | undefined;
}

/** Runs a command and returns what it prints. @throws when it ends with another code than 0 */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

/** The outputs of a stack cannot be read. */
export class StackOutputsError extends Error {
  override readonly name = "StackOutputsError";
}

/** @param fileOption for example `queues-from` @throws UsageError when two are named, or one cannot be */
export function stackSource(values: SourceValues, fileOption: string): StackSource {
  const optionOf = { stack: "stack", file: fileOption, "endpoint-url": "endpoint-url" } as const;
  const [first, second] = (["stack", "file", "endpoint-url"] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (first !== undefined && second !== undefined) {
    throw new UsageError(`--${optionOf[first]} and --${optionOf[second]} exclude each other.`);
  }
  const { stack, file, "endpoint-url": endpointUrl } = values;
  if (endpointUrl !== undefined) return { kind: "endpoint", endpointUrl: parseUrl(endpointUrl) };
  if (file !== undefined) return { kind: "file", file };
  // Not one for the shell, and none that npx would take for an option of its own.
  if (stack !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(stack)) {
    throw new UsageError(`--stack is "${stack}", which is no name of a stack.`);
  }
  return { kind: "stack", ...(stack === undefined ? {} : { stack }) };
}

/** The outputs of a stack on AWS, as JSON text. @throws StackOutputsError */
export async function readOutputs(
  source: Exclude<StackSource, { kind: "endpoint" }>,
  fileOption: string,
  run: RunCommand = runCommand,
): Promise<string> {
  if (source.kind === "file") return readFile(source.file, fileOption);
  const selected = source.stack === undefined ? [] : ["--stack", source.stack];
  const args = ["pulumi", "stack", "output", "--json", ...selected];
  try {
    return await run("npx", args);
  } catch (error) {
    throw new StackOutputsError(`npx ${args.join(" ")} failed: ${reason(error)}`, { cause: error });
  }
}

function readFile(file: string, fileOption: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new StackOutputsError(`--${fileOption}: ${reason(error)}`, { cause: error });
  }
}

/** What the command said of it, or else what Node.js says. */
function reason(error: unknown): string {
  const { stderr = "", message = String(error) } = error as { stderr?: string; message?: string };
  return stderr.trim().split("\n").at(-1) || message;
}

async function runCommand(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).origin;
  throw new UsageError(`--endpoint-url is "${text}", which is no http or https URL.`);
}
