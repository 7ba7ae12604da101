import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { archiveSize } from "../../bench/packaging/zipped";
import { sizeLimit } from "../../bench/sizes/sizeLimit";
import { functionArchive } from "../../components/packaging/functionArchive";
import { hashesOfCheckout } from "../helpers/checkout";
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

      it("are, zipped as they are uploaded, as small as they must be", () => {
        const [size, limit] = [archiveSize(files), sizeLimit(files)];
        ok(size <= limit, `${size} bytes are more than ${limit}`);
      });

      it("work in a folder without node_modules", async () => {
        const { event = {}, answer, error } = samples[name] ?? {};
        const done = await runArchive(files, handler, event);
        if (error) match(done.stack ?? "", error);
        else deepEqual(withoutGenerated(done.answer), answer);
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

  const password = pulumi.secret("hunter2");
  const bucketName = pulumi.output("files");
  const settings = { platform: { bucket: bucketName } };
  const remedy = "Make it a setting of its own: it then reaches the function through its environment.";
  const notAtRunTime = (variable: string) =>
    `The function leaky captures "${variable}", an object of Pulumi's that does not exist at run time. ${remedy}`;
  class Owner {
    readonly name = "files";
    readonly factory = () => async () => this.name;
  }
  const captured: [what: string, factory: () => unknown, message: string | RegExp][] = [
    [
      "a secret",
      () => async () => password.get(),
      'The function leaky captures the secret "password"; its archive would contain it. Keep it in Secrets Manager, and read it at run time.',
    ],
    ["an output", () => async () => bucketName.get(), notAtRunTime("bucketName")],
    [
      "an output in an object",
      () => async () => settings.platform.bucket.get(),
      notAtRunTime("settings.platform.bucket"),
    ],
    [
      "an output as a whole",
      () => async () => JSON.stringify(settings),
      notAtRunTime("settings.platform.bucket"),
    ],
    ["this", new Owner().factory, /^The function leaky cannot be serialised: .*captured 'this'/s],
  ];
  for (const [what, factory, message] of captured) {
    it(`are not made of a closure that captures ${what}, and the error says which`, () =>
      rejects(functionArchive("leaky", factory), { name: "ClosureError", message }));
  }

  it("are not made of a closure that captures a resource, and the error says which", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: () => ({}),
    });
    class Bucket extends pulumi.CustomResource {}
    const bucket = new Bucket("test:index:Bucket", "files", {});
    await rejects(
      functionArchive("leaky", () => async () => bucket.id.get()),
      { name: "ClosureError", message: notAtRunTime("bucket.id") },
    );
  });

  it("have the same hash in another checkout, in another folder, with nothing kept from before", async () => {
    const names = ["getJob", "startJobs"];
    const here = await Promise.all(
      names.map(
        async (name) => (await functionArchive(name, inlineHandlers[name]?.create ?? (() => undefined))).hash,
      ),
    );
    deepEqual(await hashesOfCheckout(names), here);
  });

  it("are not made of a closure that uses a library as a whole", async () => {
    const ajv = await import("ajv");
    await rejects(
      functionArchive("greedy", () => async () => Object.keys(ajv)),
      /^Error: "ajv[^"]*" is used as a whole in "/,
    );
  });
});
