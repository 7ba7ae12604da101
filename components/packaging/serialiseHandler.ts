import * as pulumi from "@pulumi/pulumi";
import { capturedName } from "./capturedName";

/** Source text of a CommonJS module that exports `handler`, as Pulumi made it. */
export type ClosureText = string;

/** A handler cannot become a function; the message names the function, the variable and the remedy. */
export class ClosureError extends Error {
  override readonly name = "ClosureError";
}

/**
 * Serialises a closure that makes a handler. What the closure captures becomes part of the text by value; packages
 * become `require` calls. The closure runs once in each new execution environment.
 * @throws ClosureError if it captures `this`, or an object of Pulumi's, whose value would lie in the archive
 */
export async function serialiseHandler(name: string, factory: () => unknown): Promise<ClosureText> {
  const captured: unknown[] = [];
  const { text } = await serialise(name, factory, captured);
  if (captured.length === 0) return text;
  const variable = capturedName(text);
  if (await isAnySecret(captured)) {
    throw new ClosureError(
      `The function ${name} captures the secret "${variable}"; its archive would contain it. Keep it in Secrets Manager, and read it at run time.`,
    );
  }
  throw new ClosureError(
    `The function ${name} captures "${variable}", an object of Pulumi's that does not exist at run time. Make it a setting of its own: it then reaches the function through its environment.`,
  );
}

/** @param captured gets the resources and outputs that the closure captures */
async function serialise(name: string, factory: () => unknown, captured: unknown[]) {
  try {
    return await pulumi.runtime.serializeFunction(factory, {
      isFactoryFunction: true,
      // They are refused here, by name.
      allowSecrets: true,
      serialize: (value: unknown) => {
        if (pulumi.Output.isInstance(value) || pulumi.Resource.isInstance(value)) captured.push(value);
        return true;
      },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ClosureError(`The function ${name} cannot be serialised: ${error.message}`, { cause: error });
  }
}

async function isAnySecret(captured: readonly unknown[]): Promise<boolean> {
  const outputs = captured.filter((value) => pulumi.Output.isInstance(value));
  const secrets = await Promise.all(outputs.map((output) => pulumi.isSecret(output)));
  return secrets.includes(true);
}
