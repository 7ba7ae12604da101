import { deepEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(__dirname, "../..");

/** In a process of its own, since this one has loaded most of them. */
const program = `
  require("./local/runtime/lazyModules");
  const aws = require("@pulumi/aws");
  const { computeCodePaths } = require("@pulumi/pulumi").runtime;
  const isLoaded = (folder) => Object.keys(require.cache).some((file) => file.includes("/" + folder + "/"));
  const before = isLoaded("aws/ebs");
  const used = [typeof aws.ebs.Volume, "Volume" in aws.ebs, Object.keys(aws.ebs).includes("Volume")];
  const services = [before, isLoaded("aws/ebs"), isLoaded("aws/ec2clientvpn")];
  const resolver = isLoaded("@npmcli/arborist");
  void computeCodePaths().then((paths) => {
    console.log(JSON.stringify({ used, services, resolver: [resolver, isLoaded("@npmcli/arborist")], paths: paths.size > 10 }));
  });
`;

describe("Modules that are hardly used", () => {
  it("are loaded when something of them is", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["-r", "./tools/typescript.cjs", "-e", program],
      { cwd: root },
    );
    deepEqual(JSON.parse(stdout), {
      used: ["function", true, true],
      services: [false, true, false],
      resolver: [false, true],
      paths: true,
    });
  });
});
