// Runs TypeScript without checking it, and without compiling again what has not changed: `node -r ./tools/typescript.cjs`.
const Module = require("node:module");

const { register } = withoutRepl(() => require("ts-node"));

register({ transpileOnly: true, transpiler: require.resolve("./cachedTranspiler.cjs") });

/** ts-node has a REPL, too. That of Node.js loads `domain`, after which every event emitter of the process is slower. */
function withoutRepl(action) {
  const { _load: load } = Module;
  Module._load = (request, ...rest) => (request === "repl" ? {} : load(request, ...rest));
  try {
    return action();
  } finally {
    Module._load = load;
  }
}
