import * as path from "node:path";
import { setImmediate } from "node:timers/promises";
import { build, type BuildOptions, type Plugin, version as esbuildVersion } from "esbuild";
import { projectRoot } from "./projectRoot";

/** What esbuild makes of an entry module. */
export interface Bundle {
  readonly code: string;
  /** The source map of the code. */
  readonly map: string;
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

/** What bundles depend on beside their entry modules. */
export const bundlerFacts: readonly string[] = [esbuildVersion, JSON.stringify(options)];

interface Asked {
  readonly entry: string;
  readonly give: (bundle: Bundle) => void;
  readonly fail: (error: unknown) => void;
}

/** What was asked for and is not begun yet. */
const asked: Asked[] = [];
let working = false;

/**
 * Bundles an entry module. What is asked for at nearly the same time is bundled together: esbuild reads what they share
 * once, and links each by itself, so that a bundle is the same whatever else is asked for.
 * @throws what esbuild says of an import that leads nowhere
 */
export function bundleEntry(entry: string): Promise<Bundle> {
  return new Promise((give, fail) => {
    asked.push({ entry, give, fail });
    if (!working) void workOff();
  });
}

async function workOff(): Promise<void> {
  working = true;
  while (asked.length > 0) {
    await setImmediate();
    await bundleTogether(asked.splice(0));
  }
  working = false;
}

async function bundleTogether(together: readonly Asked[]): Promise<void> {
  try {
    const bundleAt = await bundleAll(together.map(({ entry }) => entry));
    for (const [index, { give }] of together.entries()) give(bundleAt(index));
  } catch (error) {
    const [first, ...others] = together;
    if (others.length === 0) return first?.fail(error);
    // One of them cannot be bundled, which is nothing to the others.
    for (const one of together) await bundleTogether([one]);
  }
}

const entryName = (index: number) => `entry-${index}`;

/** Answers with the bundle of each entry, by its index. */
async function bundleAll(entries: readonly string[]): Promise<(index: number) => Bundle> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: entries.map((_entry, index) => entryName(index)),
    plugins: [virtualEntries(entries)],
    absWorkingDir: projectRoot,
    outdir: projectRoot,
    write: false,
    logLevel: "silent",
  });
  const textOf = (name: string) => {
    const file = outputFiles.find(({ path: output }) => path.basename(output) === name);
    if (!file) throw new Error(`esbuild wrote no ${name}`);
    return file.text;
  };
  return (index) => {
    const name = entryName(index);
    const [code, map] = [textOf(`${name}.js`), textOf(`${name}.js.map`)];
    // Which number it had among others is nobody's business.
    return { code, map: map.replace(JSON.stringify(`${name}:entry.js`), '"entry.js"') };
  };
}

/** Entry modules that are no files; each has a namespace of its own. */
function virtualEntries(entries: readonly string[]): Plugin {
  return {
    name: "virtual entries",
    setup(esbuild) {
      for (const [index, contents] of entries.entries()) {
        const namespace = entryName(index);
        esbuild.onResolve({ filter: new RegExp(`^${namespace}$`) }, () => ({ path: "entry.js", namespace }));
        esbuild.onLoad({ filter: /./, namespace }, () => ({
          contents,
          resolveDir: projectRoot,
          loader: "js",
        }));
      }
    },
  };
}
