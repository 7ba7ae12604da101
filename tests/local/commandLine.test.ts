import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { usage } from "../../cli/localOptions";
import { inNewFolder } from "../helpers/folders";

const root = path.resolve(__dirname, "../..");
const freePorts = ["--port", "0", "--endpoint-port", "0"];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it left in the folder for temporary files. */
  readonly left: readonly string[];
}

interface RunOptions {
  /** Of the project. */
  readonly folder?: string;
  /** Hears of everything that it has printed so far. */
  readonly onOutput?: (stdout: string, child: ChildProcess) => void;
}

/** The real command, until it ends by itself. */
async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { folder = root, onOutput } = options;
  return inNewFolder(async (temporary) => {
    const program = ["-r", "./tools/typescript.cjs", "cli/local.ts", ...args];
    const env = { ...process.env, TMPDIR: temporary };
    const child = spawn(process.execPath, program, { cwd: folder, env });
    const text = { stdout: "", stderr: "" };
    child.stderr.on("data", (data) => (text.stderr += String(data)));
    child.stdout.on("data", (data) => {
      text.stdout += String(data);
      onOutput?.(text.stdout, child);
    });
    try {
      const [code] = (await once(child, "close")) as [number | null];
      // Others have caches there.
      const left = readdirSync(temporary).filter((name) => name.startsWith("jobrelay"));
      return { code, ...text, left };
    } finally {
      child.kill("SIGKILL");
    }
  });
}

describe("The command npm run local", function () {
  this.timeout(60_000);

  it("says that the API's port is taken, in a line, and ends with nothing left behind", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      deepEqual(await run(["--port", String(port), "--endpoint-port", "0"]), {
        code: 1,
        stdout: "",
        stderr: `Port ${port} of 127.0.0.1 is in use by another program. Stop that program, or choose another port with --port.\n`,
        left: [],
      });
    } finally {
      server.close();
    }
  });

  it("welcomes, lets the platform's webhook in, and ends soon after Ctrl-C, which npm makes two of", async () => {
    let interruptedAt = 0;
    let called: Promise<number> | undefined;
    const ended = await run([...freePorts, "--platform-url", "http://127.0.0.1:9"], {
      onOutput(stdout, child) {
        if (called || !stdout.includes("Ctrl-C stops it")) return;
        called = callWebhook(stdout).finally(() => {
          interruptedAt = Date.now();
          child.kill("SIGINT");
          child.kill("SIGINT");
        });
      },
    });
    const took = Date.now() - interruptedAt;
    equal(await called, 202);
    deepEqual([ended.code, ended.stderr, ended.left], [0, "", []]);
    match(ended.stdout, /^\nJobrelay runs on this machine[^]*\nStopped\.\n$/);
    ok(took < 5000, `it took ${took} ms`);
  });

  /** Carries out the welcome's call of the webhook, as far as it is without consequences. @returns the status */
  async function callWebhook(welcome: string): Promise<number> {
    const [, token = "", type = ""] =
      /-H "webhook-token: (.*?)" -H "Content-Type: (.*?)"/.exec(welcome) ?? [];
    const [, url = ""] = /(\S+\/job-complete)$/m.exec(welcome) ?? [];
    const body = JSON.stringify({ id: "1", event: "job_begun" });
    const headers = { "webhook-token": token, "content-type": type };
    return (await fetch(url, { method: "POST", headers, body })).status;
  }

  it("refuses a folder for data that holds something else, in a line", async () => {
    await inNewFolder(async (folder) => {
      writeFileSync(path.join(folder, "mine.txt"), "");
      const message = `${folder} holds other things, such as mine.txt. Choose an empty or a new folder with --data.\n`;
      const ended = await run([...freePorts, "--data", folder]);
      deepEqual(ended, { code: 1, stdout: "", stderr: message, left: [] });
    });
  });

  it("keeps everything in a folder, and starts with it again", async () => {
    await inNewFolder(async (parent) => {
      const folder = path.join(parent, "data");
      for (let start = 1; start <= 2; start++) {
        let told = false;
        const { code, stdout, stderr } = await run([...freePorts, "--data", folder], {
          onOutput(text, child) {
            if (told || !text.includes("Ctrl-C stops it")) return;
            told = child.kill("SIGTERM");
          },
        });
        deepEqual([code, stderr], [0, ""]);
        ok(stdout.includes(`Ctrl-C stops it; everything is kept in ${folder}.\n`));
        deepEqual(readdirSync(folder), ["state"]);
      }
    });
  }).timeout(120_000);

  it("shows how it is used", async () => {
    deepEqual(await run(["--help"]), { code: 0, stdout: `${usage}\n`, stderr: "", left: [] });
  });

  it("shows how it is used after an option that it does not know", async () => {
    const { code, stdout, stderr } = await run(["--prot", "80"]);
    deepEqual([code, stdout], [1, ""]);
    match(stderr, /^Unknown option '--prot'/);
    ok(stderr.endsWith(`\n\n${usage}\n`));
  });

  it("names the file of a stack that there is not", async () => {
    const stderr = 'There is no stack "nope": Pulumi.nope.yaml does not exist.\n';
    deepEqual(await run(["--stack", "nope", ...freePorts]), { code: 1, stdout: "", stderr, left: [] });
  });
});

describe("The command npm run local, with a project of its own", function () {
  this.timeout(60_000);

  /** Runs the command on this program and stack. */
  const runProject = (files: { program?: string; stack: string }, options: Omit<RunOptions, "folder"> = {}) =>
    inNewFolder(async (folder) => {
      for (const name of ["node_modules", "tools", "tsconfig.json", "package.json"]) {
        symlinkSync(path.join(root, name), path.join(folder, name));
      }
      writeFileSync(path.join(folder, "Pulumi.yaml"), project);
      writeFileSync(path.join(folder, "Pulumi.dev.yaml"), files.stack);
      writeFileSync(path.join(folder, "index.ts"), files.program ?? "");
      cpSync(path.join(root, "cli"), path.join(folder, "cli"), { recursive: true });
      cpSync(path.join(root, "local"), path.join(folder, "local"), { recursive: true });
      return run(freePorts, { ...options, folder });
    });

  const project = "name: jobrelay\nruntime: nodejs\nconfig:\n  jobrelay:protectData: { type: boolean }\n";

  const mistakes: [title: string, files: { program?: string; stack: string }, stderr: RegExp][] = [
    [
      "YAML that cannot be read",
      { stack: "config: [}" },
      /^Pulumi\.dev\.yaml cannot be read: .+ at line 1, column \d+\.\n$/,
    ],
    [
      "a value of the wrong type",
      {
        program:
          'import * as pulumi from "@pulumi/pulumi";\nnew pulumi.Config("jobrelay").getBoolean("protectData");',
        stack: "config:\n  jobrelay:protectData: yep",
      },
      /^Configuration 'jobrelay:protectData' value 'yep' is not a valid boolean\n$/,
    ],
  ];
  for (const [title, files, stderr] of mistakes) {
    it(`says what is wrong, and where, of ${title}`, async () => {
      const ended = await runProject(files);
      deepEqual([ended.code, ended.stdout, ended.left], [1, "", []]);
      match(ended.stderr, stderr);
    });
  }

  it("ends when it is interrupted as it starts, without the welcome and its credentials", async () => {
    // A program that tells when it begins, and never comes to its end.
    const program =
      'console.log("begun"); setInterval(() => {}, 1000); module.exports = new Promise(() => {});';
    const ended = await runProject(
      { program, stack: "" },
      { onOutput: (stdout, child) => void (stdout === "begun\n" && child.kill("SIGINT")) },
    );
    deepEqual(ended, { code: 0, stdout: "begun\n\nStopped.\n", stderr: "", left: [] });
  });
});
