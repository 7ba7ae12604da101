import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

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

/** The stack's configuration cannot be read. */
export class StackConfigError extends Error {
  override readonly name = "StackConfigError";
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` of a folder: the stack's values over the project's defaults.
 * @throws when there is no such stack
 */
export function readStackConfig(folder: string, stack: string): StackConfig {
  const project = readYaml(path.join(folder, "Pulumi.yaml")) as ProjectFile;
  const values = { ...defaultsOf(project), ...stackValues(folder, stack) };
  const texts = Object.entries(values).map(
    ([key, value]) => [fullKey(project.name, key), asText(key, value)] as const,
  );
  return { project: project.name, stack, values: Object.fromEntries(texts) };
}

function stackValues(folder: string, stack: string): Readonly<Record<string, unknown>> {
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  try {
    return (readYaml(file) as ProjectFile | null)?.config ?? {};
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new StackConfigError(`There is no stack "${stack}": ${path.basename(file)} does not exist.`, {
      cause: error,
    });
  }
}

function readYaml(file: string): unknown {
  return parse(readFileSync(file, "utf8"));
}

/** A key of `Pulumi.yaml` declares a type and a default, or is a value itself. */
function defaultsOf({ config }: ProjectFile): Record<string, unknown> {
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
