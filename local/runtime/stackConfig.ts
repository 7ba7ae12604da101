import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse, YAMLError } from "yaml";

/** A stack's configuration as Pulumi hands it to a program: full keys, every value as text. */
export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  readonly values: Readonly<Record<string, string>>;
}

interface ProjectFile {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

/** The stack's configuration cannot be read, or has a key that the project does not declare. */
export class StackConfigError extends Error {
  override readonly name = "StackConfigError";
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` of a folder: the stack's values over the project's defaults.
 * @throws StackConfigError when there is no such stack, or a file of it cannot be understood
 */
export function readStackConfig(folder: string, stack: string): StackConfig {
  const project = readYaml(path.join(folder, "Pulumi.yaml")) as ProjectFile;
  const own = stackValues(folder, stack);
  checkDeclared(project, own, stack);
  const values = { ...withFullKeys(project.name, defaultsOf(project)), ...withFullKeys(project.name, own) };
  const texts = Object.entries(values).map(([key, value]) => [key, asText(key, value)] as const);
  return { project: project.name, stack, values: Object.fromEntries(texts) };
}

type Values = Readonly<Record<string, unknown>>;

/** A file with nothing in it is a stack that has no values of its own. */
function stackValues(folder: string, stack: string): Values {
  const name = `Pulumi.${stack}.yaml`;
  const file = readStackFile(path.join(folder, name), stack) ?? {};
  if (!isMap(file)) throw new StackConfigError(`${name} is no map with the key config.`);
  const config = file["config"] ?? {};
  if (!isMap(config)) throw new StackConfigError(`${name}: config is no map of keys to values.`);
  return config;
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readStackFile(file: string, stack: string): unknown {
  try {
    return readYaml(file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new StackConfigError(`There is no stack "${stack}": ${path.basename(file)} does not exist.`, {
      cause: error,
    });
  }
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    // Its other lines show the place in the file.
    const [problem = ""] = error.message.split("\n");
    throw new StackConfigError(`${path.basename(file)} cannot be read: ${problem.replace(/:$/, "")}.`, {
      cause: error,
    });
  }
}

/** A key of the project that it does not declare is a slip of the pen, and its value would go unseen. */
function checkDeclared({ name, config }: ProjectFile, own: Values, stack: string): void {
  const declared = Object.keys(withFullKeys(name, config ?? {}));
  const unknown = Object.keys(withFullKeys(name, own)).filter(
    (key) => key.startsWith(`${name}:`) && !declared.includes(key),
  );
  if (unknown.length === 0) return;
  throw new StackConfigError(
    `Pulumi.${stack}.yaml has what Pulumi.yaml does not declare: ${unknown.join(", ")}. ` +
      "Correct the name, or declare it.",
  );
}

function withFullKeys(project: string, values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [fullKey(project, key), value]));
}

/** A key of `Pulumi.yaml` declares a type and a default, or is a value itself. */
function defaultsOf({ config }: ProjectFile): Values {
  const defaults = Object.entries(config ?? {}).map(([key, declared]) => {
    const declaration = typeof declared === "object" && declared !== null ? declared : { value: declared };
    const { default: otherwise, value = otherwise } = declaration as { default?: unknown; value?: unknown };
    return [key, value] as const;
  });
  return Object.fromEntries(defaults.filter(([, value]) => value !== undefined));
}

function fullKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function asText(key: string, value: unknown): string {
  if (typeof value === "object" && value !== null && "secure" in value) {
    throw new StackConfigError(
      `${key} is encrypted, and can only be read by Pulumi: it has no value on this machine.`,
    );
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
