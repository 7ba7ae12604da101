import * as pulumi from "@pulumi/pulumi";
import { followed } from "../functions/lib/followed";
import { readSettings } from "../functions/lib/settings";

/** A setting is plain, or an output with a text, which reaches the function through its environment. */
export type SettingInputs<Settings> = {
  readonly [Name in keyof Settings]: Settings[Name] | pulumi.Output<Extract<Settings[Name], string>>;
};

/** Makes a handler from its settings; runs once in each new execution environment. */
export type HandlerFactory<Settings> = (
  settings: Settings,
) => (event: never, context: never) => Promise<unknown>;

/** A handler with its settings, ready to be serialised. */
export interface InlineHandler {
  /** The closure that makes the handler in the function's execution environment. */
  readonly create: () => unknown;
  readonly environment: Readonly<Record<string, pulumi.Output<string>>>;
}

/**
 * Joins a factory of `functions/` with its settings. What is known now becomes part of the function's code, what
 * AWS decides reaches it through its environment; so the code is known in a preview, and is the same in every
 * stack with the same configuration. Settings must be plain values or outputs.
 */
export function inlineHandler<Settings extends object>(
  factory: HandlerFactory<Settings>,
  settings: SettingInputs<Settings>,
): InlineHandler {
  const { constants, environment, variables } = splitSettings(settings);
  const create = () => followed(factory({ ...constants, ...readSettings(variables) } as Settings));
  return { create, environment };
}

interface SplitSettings {
  /** Plain values, which become part of the closure. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** The function's environment. */
  readonly environment: Readonly<Record<string, pulumi.Output<string>>>;
  /** For each setting from the environment, the name of its variable. */
  readonly variables: Readonly<Record<string, string>>;
}

function splitSettings(settings: object): SplitSettings {
  const constants: Record<string, unknown> = {};
  const environment: Record<string, pulumi.Output<string>> = {};
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings) as [string, unknown][]) {
    if (pulumi.Output.isInstance(value)) {
      const variable = variableName(name);
      variables[name] = variable;
      environment[variable] = value as pulumi.Output<string>;
    } else {
      constants[name] = value;
    }
  }
  return { constants, environment, variables };
}

/** `tableName` → `TABLE_NAME`. */
export function variableName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
