import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "./stackConfig";

/** A resource as the program registers it; inputs are resolved, and have no unknowns. */
export interface Registration {
  /** For example `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether it is a resource of a provider; a component is not. */
  readonly custom: boolean;
}

/** What a resource became: its id and the outputs that the program can use. */
export interface ResourceState {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** What stands in for the Pulumi engine. */
export interface ProgramHost {
  /** Whether this is a preview: what `create` leaves out of a resource's state is then unknown. @default false */
  readonly preview?: boolean;
  create(registration: Registration): Promise<ResourceState>;
  /** Answers a provider function, for example `aws:index/getCallerIdentity:getCallerIdentity`. */
  invoke(token: string, args: Readonly<Record<string, unknown>>): Promise<object> | object;
}

/**
 * Runs a Pulumi program unchanged, under the SDK's in-process monitor, until all its resources are there.
 * Returns the stack's outputs.
 * @param entry the program's main file
 * @throws the first error of the program, or of a resource
 */
export async function runProgram(
  entry: string,
  config: StackConfig,
  host: ProgramHost,
): Promise<Record<string, unknown>> {
  const firstError = new Promise<never>((_, reject) => void preparePulumi(config, host, reject));
  firstError.catch(() => undefined);
  const finished = evaluate(entry);
  return Promise.race([finished, firstError]);
}

async function evaluate(entry: string): Promise<Record<string, unknown>> {
  const outputs: unknown = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(loadAfresh(entry)));
  await pulumi.runtime.disconnect();
  return resolveOutputs(outputs);
}

async function preparePulumi(
  config: StackConfig,
  host: ProgramHost,
  fail: (error: unknown) => void,
): Promise<void> {
  const reporting = <A extends unknown[], R>(act: (...args: A) => Promise<R> | R) => {
    return async (...args: A): Promise<R> => {
      try {
        return await act(...args);
      } catch (error) {
        fail(error);
        throw error;
      }
    };
  };
  pulumi.runtime.setAllConfig({ ...config.values });
  await pulumi.runtime.setMocks(
    {
      newResource: reporting(async ({ type, name, inputs, custom }) => {
        const { id, state } = await host.create({
          type,
          name,
          inputs: inputs as Registration["inputs"],
          custom: custom ?? true,
        });
        return { id, state: { ...state } };
      }),
      call: reporting(async ({ token, inputs }) => host.invoke(token, inputs as Registration["inputs"])),
    },
    config.project,
    config.stack,
    host.preview ?? false,
  );
}

/** A program runs once per start: what an earlier start in this process left in the module cache must not be reused. */
function loadAfresh(entry: string): unknown {
  const folder = path.dirname(entry);
  for (const file of Object.keys(require.cache)) {
    const own = file === entry || file.startsWith(path.join(folder, "components") + path.sep);
    if (own) delete require.cache[file];
  }
  return createRequire(__filename)(entry);
}

async function resolveOutputs(values: unknown): Promise<Record<string, unknown>> {
  const outputs = pulumi.output(values) as pulumi.Output<Record<string, unknown>>;
  return new Promise((resolve) => void outputs.apply((resolved) => resolve({ ...resolved })));
}
