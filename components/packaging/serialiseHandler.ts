import * as pulumi from "@pulumi/pulumi";

/** Source text of a CommonJS module that exports `handler`, as Pulumi made it. */
export type ClosureText = string;

/**
 * Serialises a closure that makes a handler. What the closure captures becomes part of the text by value; packages
 * become `require` calls. The closure runs once in each new execution environment.
 * @throws if it captures a secret, which would then lie readable in the archive
 */
export async function serialiseHandler(name: string, factory: () => unknown): Promise<ClosureText> {
  const { text, containsSecrets } = await pulumi.runtime.serializeFunction(factory, {
    isFactoryFunction: true,
  });
  if (containsSecrets) {
    throw new Error(
      `The function ${name} captures a secret; its archive would contain it. Read it from Secrets Manager at run time.`,
    );
  }
  return text;
}
