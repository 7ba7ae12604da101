import Module from "node:module";

type Load = (request: string, parent: NodeJS.Module | undefined, isMain: boolean) => unknown;

/** Where Pulumi's SDK imports npm's own resolver, for its way of packaging functions, which this program does not use. */
const importer = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/;

/**
 * Has Pulumi's SDK load `@npmcli/arborist` when it uses it, and not when it is loaded itself: a fifth of all modules that
 * a program loads come with it. To be imported before the SDK; without effect afterwards.
 */
function spareArborist(): void {
  const loader = Module as unknown as { _load: Load };
  const { _load: load } = loader;
  loader._load = (request, parent, isMain) => {
    if (request !== "@npmcli/arborist" || !importer.test(parent?.filename ?? ""))
      return load(request, parent, isMain);
    loader._load = load;
    return {
      __esModule: true,
      get Arborist(): unknown {
        return (load(request, parent, isMain) as { Arborist: unknown }).Arborist;
      },
    };
  };
}

spareArborist();
