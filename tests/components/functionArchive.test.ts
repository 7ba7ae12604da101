import { deepEqual, equal, rejects } from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { functionArchive } from "../../components/packaging/functionArchive";
import { archiveFiles, inlineHandlers, samples } from "../helpers/handlerArchives";
import { runArchive } from "../helpers/runArchive";

const root = path.resolve(__dirname, "../..");

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
      let files: Readonly<Record<string, string>> = {};
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
        const { event = {}, answer } = samples[name] ?? {};
        deepEqual(withoutGenerated((await runArchive(files, handler, event)).answer), answer);
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
