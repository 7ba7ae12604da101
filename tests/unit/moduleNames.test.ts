import { deepEqual, equal, match } from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { inNewFolder } from "../helpers/folders";

const root = path.resolve(__dirname, "../..");

/** Serialises functions that capture modules; the finder has to be loaded before Pulumi's SDK. */
const program = (first: string) => `
  const load = require("node:module").createRequire(process.cwd() + "/index.ts");
  ${first}
  const { serializeFunction } = load("@pulumi/pulumi").runtime;
  const { keys } = Object;
  let looksThroughAll = 0;
  Object.keys = (value) => {
    if (value === require.cache) looksThroughAll += 1;
    return keys(value);
  };
  const main = async () => {
    const sns = load("@aws-sdk/client-sns");
    const own = { of: "the program" };
    const early = await serializeFunction(() => [sns, own]);
    const fs = load("node:fs");
    const later = load("@aws-sdk/util-dynamodb");
    const late = await serializeFunction(() => [later, sns, fs]);
    console.log(JSON.stringify({ texts: [early.text, late.text], looksThroughAll }));
  };
  void main();
`;

async function serialised(first = ""): Promise<{ texts: string[]; looksThroughAll: number }> {
  return inNewFolder(async (folder) => {
    const file = path.join(folder, "program.cjs");
    await writeFile(file, program(first));
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["-r", "./tools/typescript.cjs", file], { cwd: root });
    return JSON.parse(stdout) as { texts: string[]; looksThroughAll: number };
  });
}

describe("Modules that functions capture", () => {
  it("are found by what they export, as Pulumi finds them by looking through all", async () => {
    const [found, pulumis] = await Promise.all([
      serialised('load("./local/runtime/moduleNames");'),
      serialised(),
    ]);
    deepEqual(found.texts, pulumis.texts);
    const [early = "", late = ""] = found.texts;
    match(early, /require\("@aws-sdk\/client-sns\/dist-cjs\/index\.js"\)/);
    match(late, /require\("@aws-sdk\/util-dynamodb\/dist-cjs\/index\.js"\)/);
    match(late, /require\("fs"\)/);
    // Otherwise Pulumi does it in other words than it did, and is slower again.
    equal(found.looksThroughAll, 0);
    equal(pulumis.looksThroughAll > 0, true);
  });
});
