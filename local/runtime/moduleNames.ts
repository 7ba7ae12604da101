import Module from "node:module";

/** Where Pulumi looks whether something that a function captures is a module, and how it comes by those that are loaded. */
const lookUp = {
  file: /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]createClosure\.js$/,
  everyModule: "Object.keys(require.cache)",
};

interface ModulePrototype {
  _compile: (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown;
  load: (this: unknown, filename: string) => void;
}

const files = new Map<unknown, string>();
let isUpToDate = false;

/** The file of the module that exports this, the first one if there are several; none if it is no module. */
export function filesOf(exported: unknown): readonly string[] {
  if (!isUpToDate) readCache();
  const file = files.get(exported);
  return file === undefined ? [] : [file];
}

function readCache(): void {
  files.clear();
  for (const [file, module] of Object.entries(require.cache)) {
    if (module && !files.has(module.exports)) files.set(module.exports, file);
  }
  isUpToDate = true;
}

/**
 * Has Pulumi find modules by what they export: it compares each object that a function captures with each of a thousand
 * modules, which is a fifth of what starting takes. To be imported before Pulumi's SDK; without effect where it is loaded
 * already, or does this in other words.
 */
function findByExports(): void {
  const prototype = Module.prototype as unknown as ModulePrototype;
  const { _compile: compile, load } = prototype;
  const finder = `require(${JSON.stringify(__filename)}).filesOf(obj)`;
  prototype._compile = function (content, filename, ...rest) {
    const text = lookUp.file.test(filename) ? content.replace(lookUp.everyModule, finder) : content;
    return compile.call(this, text, filename, ...rest);
  };
  prototype.load = function (filename) {
    try {
      load.call(this, filename);
    } finally {
      isUpToDate = false;
    }
  };
}

findByExports();
