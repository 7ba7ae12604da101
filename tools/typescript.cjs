// Runs TypeScript without checking it, and without compiling again what has not changed: `node -r ./tools/typescript.cjs`.
const { register } = require("ts-node");

register({ transpileOnly: true, transpiler: require.resolve("./cachedTranspiler.cjs") });
