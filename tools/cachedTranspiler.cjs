// A transpiler for ts-node: TypeScript's own, which remembers what it has made of a text.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

/** It may be deleted at any time. */
const folder = path.resolve(__dirname, "../node_modules/.cache/jobrelay/transpiled");

exports.create = ({ service }) => {
  const compilerOptions = service.config.options;
  // Where the project lies does not matter to what is made of a text.
  const others = { ...compilerOptions, configFilePath: undefined, outDir: undefined };
  const ingredients = JSON.stringify([ts.version, others]);
  return {
    transpile(text, { fileName }) {
      const name = path.basename(fileName);
      const hash = createHash("sha256").update(`${ingredients}\n${name}\n${text}`).digest("hex");
      const file = path.join(folder, `${hash}.json`);
      if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
      const output = ts.transpileModule(text, { fileName, compilerOptions, reportDiagnostics: true });
      if (output.diagnostics.length === 0) keep(file, output);
      return output;
    },
  };
};

/** By renaming, so that another process never reads half of it. */
function keep(file, { outputText, sourceMapText }) {
  mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ outputText, sourceMapText }));
  renameSync(unfinished, file);
}
