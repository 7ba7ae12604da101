import type * as pulumi from "@pulumi/pulumi";
import { everything, recordProgram } from "../../tests/helpers/recordedProgram";

/** A function as the program registers it. */
export interface ProgramFunction {
  readonly name: string;
  /** The archive's texts, by file. */
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

interface Inputs {
  readonly code: pulumi.asset.AssetArchive;
  readonly environment?: { readonly variables?: Readonly<Record<string, string>> };
}

let known: Promise<readonly ProgramFunction[]> | undefined;

/** Every function of the program, with all that configuration can switch on; the program is run once. */
export function programFunctions(): Promise<readonly ProgramFunction[]> {
  return (known ??= readFunctions());
}

async function readFunctions(): Promise<readonly ProgramFunction[]> {
  const { resources } = await recordProgram({ config: everything });
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const read = await Promise.all(
    functions.map(async ({ name, inputs }) => {
      const { code, environment } = inputs as unknown as Inputs;
      return { name, files: await textsOf(code), environment: environment?.variables ?? {} };
    }),
  );
  return read.sort((a, b) => a.name.localeCompare(b.name));
}

async function textsOf(archive: pulumi.asset.AssetArchive): Promise<Record<string, string>> {
  const assets = Object.entries(await archive.assets);
  const texts = assets.map(
    async ([file, asset]) => [file, await (asset as pulumi.asset.StringAsset).text] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}
