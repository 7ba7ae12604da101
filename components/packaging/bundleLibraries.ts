import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { build, type BuildOptions, version as esbuildVersion } from "esbuild";
import { packagingCache } from "./packagingCache";
import { projectRoot } from "./projectRoot";
import type { UsedLibrary } from "./usedLibraries";

/** The entry module of a function, and where its code comes from. */
export interface LibraryBundle {
  readonly code: string;
  /** The source map of the code. */
  readonly map: () => Promise<string>;
}

/**
 * The entry module of a function: the used exports of its libraries, bundled, and a loader that runs the closure
 * beside it with them. The closure itself stays out of the bundle, for it uses `with` and bundles are strict code.
 */
export async function bundleLibraries(
  libraries: readonly UsedLibrary[],
  closureFile: string,
): Promise<LibraryBundle> {
  const entry = entryModule(libraries, closureFile);
  const ingredients = [entry, lockedPackages(), esbuildVersion, JSON.stringify(options)];
  let made: Promise<{ code: string; map: string }> | undefined;
  const make = () => (made ??= bundle(entry));
  return {
    code: await packagingCache.getOrMake([...ingredients, "code"], async () => (await make()).code),
    map: () => packagingCache.getOrMake([...ingredients, "map"], async () => (await make()).map),
  };
}

let lockFileHash: string | undefined;

/** Stands for the versions of all packages. */
function lockedPackages(): string {
  const read = () => readFileSync(path.join(projectRoot, "package-lock.json"));
  return (lockFileHash ??= createHash("sha256").update(read()).digest("hex"));
}

/**
 * Ways to credentials that Lambda does not offer: it puts them into the environment, where the SDK looks first. The SDK
 * imports the other ways only when it needs them, so they would be read at each cold start and never run.
 */
const otherCredentials = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
];

const options = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // The ES module flavours of packages, since only those can be shaken.
  mainFields: ["module", "main"],
  conditions: ["module", "import"],
  external: otherCredentials,
  legalComments: "none",
  // Beside the code and not named in it: it is not uploaded.
  sourcemap: "external",
  sourcesContent: false,
} satisfies BuildOptions;

async function bundle(entry: string): Promise<{ code: string; map: string }> {
  const stdin = { contents: entry, resolveDir: projectRoot, sourcefile: "entry.js", loader: "js" } as const;
  const result = await build({
    ...options,
    stdin,
    absWorkingDir: projectRoot,
    outfile: "index.js",
    write: false,
    logLevel: "silent",
  });
  const textOf = (name: string) => {
    const file = result.outputFiles.find(({ path: output }) => path.basename(output) === name);
    if (!file) throw new Error(`esbuild wrote no ${name}`);
    return file.text;
  };
  return { code: textOf("index.js"), map: textOf("index.js.map") };
}

function entryModule(libraries: readonly UsedLibrary[], closureFile: string): string {
  const imports = libraries.map(({ id, exports }, index) => {
    const names = exports.map((name) => `${name} as l${index}_${name}`).join(", ");
    return `import { ${names} } from ${JSON.stringify(importName(id))};`;
  });
  const entries = libraries.map(({ id, exports }, index) => {
    const members = exports.map((name) => `${name}: l${index}_${name}`).join(", ");
    return `${JSON.stringify(id)}: { ${members} }`;
  });
  return `${imports.join("\n")}
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
const libraries = { ${entries.join(", ")} };
const filename = join(__dirname, ${JSON.stringify(closureFile)});
const closure = { exports: {} };
const load = compileFunction(readFileSync(filename, "utf8"), ["exports", "require", "module"], { filename });
load(closure.exports, (id) => libraries[id] ?? require(id), closure);
export const handler = closure.exports.handler;
`;
}

/**
 * What to import for a module that the closure requires. Pulumi names the file of a package's CommonJS flavour;
 * where that is the package's main module, the package's name leads to its ES module flavour.
 */
function importName(id: string): string {
  const name = id
    .split("/")
    .slice(0, id.startsWith("@") ? 2 : 1)
    .join("/");
  const resolver = createRequire(path.join(projectRoot, "index.ts"));
  const main = resolver.resolve(name);
  return main.endsWith(path.normalize(id.slice(name.length))) ? name : id;
}
