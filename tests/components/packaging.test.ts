import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { InlineHandler } from "../../components/inlineHandler";
import { BundleCache } from "../../components/packaging/bundleCache";
import { archiveHandler, functionArchive } from "../../components/packaging/functionArchive";
import { usedLibraries, type UsedLibrary } from "../../components/packaging/usedLibraries";
import { archiveFiles, environmentOf, inlineHandlers } from "../helpers/handlerArchives";

const root = path.resolve(__dirname, "../..");

/** A folder that lives as long as the test. */
async function inNewFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "packaging-"));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("The libraries that a closure uses", () => {
  const s3 = 'const client_s3_1 = require("@aws-sdk/client-s3/dist-cjs/index.js");';
  const s3Id = "@aws-sdk/client-s3/dist-cjs/index.js";
  const closures: [title: string, closure: string, libraries: UsedLibrary[]][] = [
    ["are none in an empty text", "", []],
    ["are none where nothing is required", "exports.handler = function () { return client_s3_1.S3Client; };", []],
    ["have the exports in use", `${s3}\nnew client_s3_1.S3Client({});`, [{ id: s3Id, exports: ["S3Client"] }]],
    [
      "have each export once, sorted",
      `${s3}\nfunction f() { new client_s3_1.S3Client(new client_s3_1.GetObjectCommand()); return client_s3_1.S3Client; }`,
      [{ id: s3Id, exports: ["GetObjectCommand", "S3Client"] }],
    ],
    [
      "are found before the place where they are required, as Pulumi writes closures",
      `exports.handler = __f();\nfunction __f() { with({}) { return () => (0, uuidv7_1.uuidv7)(); } }\nconst uuidv7_1 = require("uuidv7");`,
      [{ id: "uuidv7", exports: ["uuidv7"] }],
    ],
    [
      "are sorted by what stands in the require call",
      'const b = require("b"), a = require("a");\nb.x(a.y);',
      [
        { id: "a", exports: ["y"] },
        { id: "b", exports: ["x"] },
      ],
    ],
    [
      "are one library when two variables hold it",
      'const a = require("lib");\nvar b = require("lib");\na.one(b.two);',
      [{ id: "lib", exports: ["one", "two"] }],
    ],
    [
      "have the export, not what is done with it",
      'const a = require("lib");\na.Thing.prototype.run.call(a.other?.x);',
      [{ id: "lib", exports: ["Thing", "other"] }],
    ],
    [
      "do not have Node's own modules",
      'const c = require("node:crypto");\nconst t = require("fs/promises");\nconst p = require("path");\nc.x(t.y, p.z);',
      [],
    ],
    ["do not have what is required and not used", 'const a = require("lib");\nconst b = 1;', []],
    [
      "are not mistaken for properties of the same name, for text or for comments",
      'const a = require("lib");\n// a.comment\nb.a.property("a.text");\na.real();',
      [{ id: "lib", exports: ["real"] }],
    ],
    [
      "do not have what another function than require returns",
      'const a = load("lib");\nconst b = require(name);\nconst c = require("x").y;\na.x(b.y, c.z);',
      [],
    ],
  ];
  for (const [title, closure, libraries] of closures) {
    it(title, () => deepEqual(usedLibraries(closure), libraries));
  }

  const wholes: [title: string, use: string, shown: string][] = [
    ["passed on", "f(lib);", "f(lib)"],
    ["kept", "const all = lib;", "all = lib"],
    ["taken apart", "const { one } = lib;", "{ one } = lib"],
    ["indexed", 'lib["one"]();', 'lib["one"]'],
    ["spread", "f({ ...lib });", "...lib"],
    ["captured by Pulumi as a value", "with({ lib: lib }) {}", "lib: lib"],
    ["called", "lib();", "lib()"],
  ];
  for (const [title, use, shown] of wholes) {
    it(`are an error that says where, when one is used as a whole: ${title}`, () =>
      throws(() => usedLibraries(`const lib = require("lib");\n${use}`), {
        message: `"lib" is used as a whole in "${shown}": import the names that are needed instead`,
      }));
  }
});

describe("The bundles that are kept", () => {
  const textOf = (text: string) => async () => text;
  const unexpected = async (): Promise<string> => {
    throw new Error("made again");
  };

  it("are made once", () =>
    inNewFolder(async (folder) => {
      const cache = new BundleCache(path.join(folder, "deep", "cache"));
      const answers = [
        await cache.getOrMake(["a", "b"], textOf("bundle é")),
        await cache.getOrMake(["a", "b"], unexpected),
        await new BundleCache(path.join(folder, "deep", "cache")).getOrMake(["a", "b"], unexpected),
      ];
      deepEqual(answers, ["bundle é", "bundle é", "bundle é"]);
    }));

  const others: [title: string, ingredients: string[]][] = [
    ["one is different", ["a", "c"]],
    ["the order is", ["b", "a"]],
    ["one is missing", ["a"]],
    ["there is one more", ["a", "b", ""]],
    ["they are divided elsewhere", ["ab"]],
    ["one contains a separator", ['a","b']],
  ];
  for (const [title, ingredients] of others) {
    it(`are not used for other ingredients: ${title}`, () =>
      inNewFolder(async (folder) => {
        const cache = new BundleCache(folder);
        await cache.getOrMake(["a", "b"], textOf("first"));
        deepEqual(
          [await cache.getOrMake(ingredients, textOf("second")), await cache.getOrMake(["a", "b"], unexpected)],
          ["second", "first"],
        );
      }));
  }

  it("are made again when the folder was deleted", () =>
    inNewFolder(async (folder) => {
      const cache = new BundleCache(path.join(folder, "cache"));
      await cache.getOrMake(["a"], textOf("first"));
      rmSync(path.join(folder, "cache"), { recursive: true });
      equal(await cache.getOrMake(["a"], textOf("second")), "second");
    }));

  it("are whole files, and no others, even when several are written at once", () =>
    inNewFolder(async (folder) => {
      const cache = new BundleCache(folder);
      await Promise.all(Array.from({ length: 5 }, () => cache.getOrMake(["a"], textOf("bundle"))));
      const files = readdirSync(folder);
      deepEqual(
        files.map((file) => readFileSync(path.join(folder, file), "utf8")),
        ["bundle"],
      );
      match(files.join(), /^[0-9a-f]{64}\.js$/);
    }));

  it("are not kept when making them fails", () =>
    inNewFolder(async (folder) => {
      const cache = new BundleCache(folder);
      await rejects(cache.getOrMake(["a"], unexpected), /made again/);
      deepEqual(
        [readdirSync(folder), await cache.getOrMake(["a"], textOf("bundle"))],
        [[], "bundle"],
      );
    }));
});

/** Loads an archive in a folder that has nothing else, as Lambda does, and hands it one event. */
async function answerOf(files: Record<string, string>, handler: InlineHandler, event: object): Promise<unknown> {
  return inNewFolder(async (folder) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    const [module = "", name = ""] = archiveHandler.split(".");
    const program =
      `require("./${module}.js").${name}(${JSON.stringify(event)})` +
      `.then((answer) => console.log("\\n" + JSON.stringify({ answer })))`;
    const env = { ...environmentWithoutNetwork, ...(await environmentOf(handler)) };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: folder, env });
    const { answer } = JSON.parse(stdout.slice(stdout.trimEnd().lastIndexOf("\n"))) as { answer?: unknown };
    return answer;
  });
}

const environmentWithoutNetwork = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  // Nothing listens there, so that a call of a service would be an error.
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_MAX_ATTEMPTS: "1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

const requestContext = { path: "/v1/jobs", identity: { userArn: null } };
const problemOf = (status: number, title: string, detail: string) => ({
  statusCode: status,
  headers: { "Content-Type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", title, status, detail, instance: "/v1/jobs" }),
});
const step = { jobId: "j1", process: "settlement", step: "s", client: "acme", results: {} };

/** For each handler an event that it answers without calling a service, and its answer. */
const samples: Record<string, { event: object; answer: unknown }> = {
  submitJob: {
    event: { body: "[]", requestContext },
    answer: problemOf(400, "Bad Request", "The body is an array; it must be a JSON object."),
  },
  getJob: {
    event: { pathParameters: { jobId: "no id" }, requestContext },
    answer: problemOf(404, "Not Found", 'There is no job "no id".'),
  },
  startJobs: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  notifyJobs: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  dispatchHandoffs: {
    event: { Records: [{ messageId: "m1", body: "no JSON" }] },
    answer: { batchItemFailures: [{ itemIdentifier: "m1" }] },
  },
  resumeJobs: {
    event: {
      Records: [
        { messageId: "m1", body: JSON.stringify({ Records: [{ s3: { object: { key: "inbound/j1/note.txt" } } }] }) },
        { messageId: "m2", body: "no JSON" },
      ],
    },
    answer: { batchItemFailures: [{ itemIdentifier: "m2" }] },
  },
  recordExecutions: { event: { detail: { name: "j1", status: "SUCCEEDED" } }, answer: undefined },
  sleep: { event: { ...step, parameters: { seconds: 0 } }, answer: { slept: 0 } },
  generatePayload: {
    event: { ...step, parameters: { amount: 3 } },
    answer: {
      amount: 3,
      info: { payloadId: "<generated>", generatedAt: "<generated>", process: "settlement", client: "acme" },
    },
  },
};

/** An answer without what is new each time. */
function withoutGenerated(answer: unknown): unknown {
  const { info, ...rest } = (answer ?? {}) as { info?: object };
  if (info === undefined) return answer;
  return { ...rest, info: { ...info, payloadId: "<generated>", generatedAt: "<generated>" } };
}

describe("The archive of", () => {
  it("every handler in functions/ is tested here", () => {
    const modules = ["functions", "functions/steps"].flatMap((folder) =>
      readdirSync(path.join(root, folder)).filter((file) => file.endsWith(".ts")),
    );
    const handlers = modules
      .map((file) => path.basename(file, ".ts"))
      .filter((module) => !["index", "step"].includes(module));
    deepEqual(handlers.sort(), Object.keys(inlineHandlers).sort());
    deepEqual(Object.keys(samples).sort(), Object.keys(inlineHandlers).sort());
  });

  for (const [name, handler] of Object.entries(inlineHandlers)) {
    describe(name, () => {
      let files: Record<string, string> = {};
      before(async () => {
        files = await archiveFiles(name, handler.create);
      });

      it("has the bundle and the closure, which is byte for byte what Pulumi makes, and nothing else", async () => {
        const { text } = await pulumi.runtime.serializeFunction(handler.create, { isFactoryFunction: true });
        deepEqual([Object.keys(files).sort(), files["closure.js"] === text], [["closure.js", "index.js"], true]);
      });

      it("is the same when it is made again", async () => {
        deepEqual(await archiveFiles(name, handler.create), files);
      });

      it("names no file of the machine that it was made on", () => {
        deepEqual(
          Object.keys(files).filter((file) => files[file]?.includes(root)),
          [],
        );
      });

      it("works in a folder without node_modules", async () => {
        const sample = samples[name];
        deepEqual(withoutGenerated(await answerOf(files, handler, sample?.event ?? {})), sample?.answer);
      });
    });
  }

  it("a handler is the same when its libraries are bundled anew", async () => {
    const { create } = inlineHandlers["getJob"] ?? {};
    if (!create) throw new Error("there is no getJob");
    const files = await archiveFiles("getJob", create);
    const folder = path.join(root, "node_modules/.cache/jobrelay");
    const kept = readdirSync(folder)
      .map((file) => path.join(folder, file))
      .filter((file) => file.endsWith(".js") && readFileSync(file, "utf8") === files["index.js"]);
    equal(kept.length > 0, true);
    for (const file of kept) rmSync(file);
    deepEqual(await archiveFiles("getJob", create), files);
  });

  it("a handler that captures a secret is not made", async () => {
    const password = pulumi.secret("hunter2");
    await rejects(
      functionArchive("leaky", () => async () => password.get()),
      {
        message:
          "The function leaky captures a secret; its archive would contain it. Read it from Secrets Manager at run time.",
      },
    );
  });

  it("a handler that uses a library as a whole is not made", async () => {
    const ajv = await import("ajv");
    await rejects(
      functionArchive("greedy", () => async () => Object.keys(ajv)),
      /"ajv[^"]*" is used as a whole in/,
    );
  });
});
