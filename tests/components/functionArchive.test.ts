import { deepEqual, equal, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { InlineHandler } from "../../components/inlineHandler";
import { archiveHandler, functionArchive } from "../../components/packaging/functionArchive";
import { inNewFolder } from "../helpers/folders";
import { archiveFiles, environmentOf, inlineHandlers, samples } from "../helpers/handlerArchives";

const root = path.resolve(__dirname, "../..");

const environment = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  // Nothing listens there, so that a call of a service fails at once.
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_MAX_ATTEMPTS: "1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** What Lambda tells an invocation, whose time is up. */
const context = '{ functionName: "function", getRemainingTimeInMillis: () => 0 }';

/** Loads an archive in a folder that has nothing else, as Lambda does, and hands it one event. */
function answerOf(files: Record<string, string>, handler: InlineHandler, event: object): Promise<unknown> {
  return inNewFolder(async (folder) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    const [module = "", name = ""] = archiveHandler.split(".");
    const program =
      `require("./${module}.js").${name}(${JSON.stringify(event)}, ${context})` +
      `.then((answer) => console.log("\\n" + JSON.stringify({ answer })))`;
    const env = { ...environment, ...(await environmentOf(handler)) };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: folder, env });
    // What the handler logged stands before it.
    const lastLine = stdout.trimEnd().split("\n").at(-1) ?? "";
    return (JSON.parse(lastLine) as { answer?: unknown }).answer;
  });
}

/** An answer without what is new each time. */
function withoutGenerated(answer: unknown): unknown {
  const { info, ...rest } = (answer ?? {}) as { info?: object };
  if (info === undefined) return answer;
  return { ...rest, info: { ...info, payloadId: "<id>", generatedAt: "<time>" } };
}

describe("The archives of functions", () => {
  it("are tested here for every handler in functions/", () => {
    const handlers = ["functions", "functions/steps"]
      .flatMap((folder) => readdirSync(path.join(root, folder)))
      .filter((file) => file.endsWith(".ts") && !["index.ts", "step.ts"].includes(file))
      .map((file) => path.basename(file, ".ts"))
      .sort();
    deepEqual([Object.keys(inlineHandlers).sort(), Object.keys(samples).sort()], [handlers, handlers]);
  });

  for (const [name, handler] of Object.entries(inlineHandlers)) {
    describe(`of ${name}`, () => {
      let files: Record<string, string> = {};
      before(async () => {
        files = await archiveFiles(name, handler.create);
      });

      it("hold the bundle and the closure, which is byte for byte what Pulumi makes, and nothing else", async () => {
        const { text } = await pulumi.runtime.serializeFunction(handler.create, { isFactoryFunction: true });
        deepEqual(Object.keys(files).sort(), ["closure.js", "index.js"]);
        equal(files["closure.js"], text);
      });

      it("are the same when they are made again", async () => {
        deepEqual(await archiveFiles(name, handler.create), files);
      });

      it("name no file of the machine that they were made on", () => {
        const naming = Object.keys(files).filter((file) => files[file]?.includes(root));
        deepEqual(naming, []);
      });

      it("work in a folder without node_modules", async () => {
        const { event = {}, answer, error } = samples[name] ?? {};
        if (error) return rejects(answerOf(files, handler, event), error);
        deepEqual(withoutGenerated(await answerOf(files, handler, event)), answer);
      });
    });
  }

  it("are the same when their libraries are bundled anew", async () => {
    const { create = () => undefined } = inlineHandlers["getJob"] ?? {};
    const files = await archiveFiles("getJob", create);
    const cache = path.join(root, "node_modules/.cache/jobrelay");
    const kept = readdirSync(cache)
      .map((file) => path.join(cache, file))
      .filter((file) => file.endsWith(".js") && readFileSync(file, "utf8") === files["index.js"]);
    equal(kept.length > 0, true);
    for (const file of kept) rmSync(file);
    deepEqual(await archiveFiles("getJob", create), files);
  });

  it("are not made of a closure that captures a secret", async () => {
    const password = pulumi.secret("hunter2");
    await rejects(
      functionArchive("leaky", () => async () => password.get()),
      /secret/i,
    );
  });

  it("are not made of a closure that uses a library as a whole", async () => {
    const ajv = await import("ajv");
    await rejects(
      functionArchive("greedy", () => async () => Object.keys(ajv)),
      /^Error: "ajv[^"]*" is used as a whole in "/,
    );
  });
});
