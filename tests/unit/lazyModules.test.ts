import { deepEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { inNewFolder } from "../helpers/folders";

const root = path.resolve(__dirname, "../..");

/** In a process of its own, since this one has loaded most of them; in a file, since `node -e` loads all of Node.js's. */
const program = `
  const load = require("node:module").createRequire(process.cwd() + "/index.ts");
  load("./local/runtime/lazyModules");
  const aws = load("@pulumi/aws");
  const { computeCodePaths, serializeFunction } = load("@pulumi/pulumi").runtime;
  const events = require("node:events");
  const isLoaded = (folder) => Object.keys(require.cache).some((file) => file.includes("/" + folder + "/"));
  const main = async () => {
    const before = isLoaded("aws/ebs");
    const used = [typeof aws.ebs.Volume, "Volume" in aws.ebs, Object.keys(aws.ebs).includes("Volume")];
    const services = [before, isLoaded("aws/ebs"), isLoaded("aws/ec2clientvpn")];
    const resolved = isLoaded("@npmcli/arborist");
    const paths = (await computeCodePaths()).size > 10;
    const resolver = [resolved, isLoaded("@npmcli/arborist")];
    const { text } = await serializeFunction(() => events.once);
    const captured = text.includes('require("events")');
    console.log(JSON.stringify({ used, services, resolver, paths, captured, domains: events.usingDomains }));
  };
  void main();
`;

describe("Modules that are hardly used", () => {
  it("are loaded when something of them is", () =>
    inNewFolder(async (folder) => {
      const file = path.join(folder, "program.cjs");
      await writeFile(file, program);
      const run = promisify(execFile);
      const { stdout } = await run(process.execPath, ["-r", "./tools/typescript.cjs", file], { cwd: root });
      deepEqual(JSON.parse(stdout), {
        used: ["function", true, true],
        services: [false, true, false],
        resolver: [false, true],
        paths: true,
        // Modules of Node.js are recognised, and none has slowed down the emitters.
        captured: true,
        domains: false,
      });
    }));
});
