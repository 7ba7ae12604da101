import Module from "node:module";

type Load = (request: string, parent: NodeJS.Module | undefined, isMain: boolean) => unknown;

/** What is imported and hardly used: half of all modules that the program would load. */
const hardlyUsed: readonly { readonly importer: RegExp; readonly request: RegExp }[] = [
  // npm's own resolver, which Pulumi's SDK imports for its way of packaging functions.
  {
    importer: /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/,
    request: /^@npmcli\/arborist$/,
  },
  // Pulumi compares what is captured with each module of Node.js. Once `domain` is loaded, which `repl` does, every
  // emitter of the process is slower.
  {
    importer: /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]createClosure\.js$/,
    request: /^(domain|repl)$/,
  },
  // The services of AWS, each a module of its own.
  { importer: /[\\/]@pulumi[\\/]aws[\\/]index\.js$/, request: /^\.\/(?!config$|types$)[a-z0-9]+$/ },
];

/**
 * Has Node.js load such modules when something of them is used. To be imported before Pulumi's SDK; without effect on
 * what is loaded already.
 */
function loadLazily(): void {
  const loader = Module as unknown as { _load: Load };
  const { _load: load } = loader;
  loader._load = (request, parent, isMain) => {
    const file = parent?.filename ?? "";
    const isSpared = hardlyUsed.some((rule) => rule.request.test(request) && rule.importer.test(file));
    return isSpared
      ? lazyModule(() => load(request, parent, isMain) as object)
      : load(request, parent, isMain);
  };
}

/** Stands for a module that `load` gives; it passes for one that was compiled from ES modules, as these are. */
function lazyModule(load: () => object): object {
  return new Proxy(Object.create(null) as object, {
    get: (_, name) => (name === "__esModule" ? true : (Reflect.get(load(), name) as unknown)),
    has: (_, name) => Reflect.has(load(), name),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor(_, name) {
      const descriptor = Reflect.getOwnPropertyDescriptor(load(), name);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}

loadLazily();
