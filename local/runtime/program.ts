import "./beforePulumi";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "./stackConfig";
import { withClosureMemory } from "./closureMemory";
import { withoutNotes } from "./withoutNotes";
import { definedExports, withoutWrappers } from "./values";

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
 * @param signal gives the program up
 * @throws the first error of the program, or of a resource, once nothing more is made; the signal's reason
 */
export async function runProgram(
  entry: string,
  config: StackConfig,
  host: ProgramHost,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const failure = new Failure();
  const abort = () => failure.report(signal?.reason);
  // One failure rejects promises throughout the SDK; nobody but Node hears of most of them, and it would end the process.
  const reject = (error: unknown) => failure.report(error);
  forgetFailedRun();
  process.on("unhandledRejection", reject);
  signal?.addEventListener("abort", abort);
  const restore = [withoutNotes(), withClosureMemory()];
  try {
    await preparePulumi(config, host, failure);
    const outputs = await Promise.race([evaluate(entry), failure.thrown]);
    process.off("unhandledRejection", reject);
    return outputs;
  } catch (error) {
    failure.report(error);
    forgetFailedRun = () => process.off("unhandledRejection", reject);
    await failure.settled();
    throw error;
  } finally {
    for (const end of restore) end();
    signal?.removeEventListener("abort", abort);
  }
}

/** Promises of a run that failed may be rejected as long as the process lives; they are listened to until the next run. */
let forgetFailedRun: () => void = () => undefined;

/** The first thing that goes wrong in a run. */
class Failure {
  /** Never resolves; rejects with the first error. */
  readonly thrown: Promise<never>;
  #report: (error: unknown) => void = () => undefined;
  #first: { readonly error: unknown } | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor() {
    this.thrown = new Promise((_, reject) => (this.#report = reject));
    this.thrown.catch(() => undefined);
  }

  report(error: unknown): void {
    this.#first ??= { error };
    this.#report(error);
  }

  /** Begins nothing more once something has failed. */
  async guard<R>(act: () => Promise<R> | R): Promise<R> {
    if (this.#first) throw this.#first.error;
    const acting = Promise.resolve().then(act);
    this.#underWay.add(acting);
    try {
      return await acting;
    } catch (error) {
      this.report(error);
      throw error;
    } finally {
      this.#underWay.delete(acting);
    }
  }

  /** Resolves when what was begun has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
}

async function evaluate(entry: string): Promise<Record<string, unknown>> {
  const outputs: unknown = await pulumi.runtime.runInPulumiStack(() =>
    Promise.resolve(definedExports(loadAfresh(entry))),
  );
  await pulumi.runtime.disconnect();
  return resolveOutputs(outputs);
}

async function preparePulumi(config: StackConfig, host: ProgramHost, failure: Failure): Promise<void> {
  pulumi.runtime.setAllConfig({ ...config.values });
  await pulumi.runtime.setMocks(
    {
      async newResource({ type, name, custom = true, ...rest }) {
        const inputs = withoutWrappers(rest.inputs) as Registration["inputs"];
        const { id, state } = await failure.guard(() => host.create({ type, name, inputs, custom }));
        return { id, state: { ...state } };
      },
      call: ({ token, inputs }) => failure.guard(() => host.invoke(token, inputs as Registration["inputs"])),
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
