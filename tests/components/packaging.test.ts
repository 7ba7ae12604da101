import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { PackagingCache } from "../../components/packaging/packagingCache";
import { closureOf } from "../../components/packaging/closure";
import { findUsedLibraries, type UsedLibrary } from "../../components/packaging/usedLibraries";
import { inNewFolder } from "../helpers/folders";

describe("The libraries that a closure uses", () => {
  const s3 = 'const client_s3_1 = require("@aws-sdk/client-s3/dist-cjs/index.js");';
  const s3Id = "@aws-sdk/client-s3/dist-cjs/index.js";
  const closures: [title: string, closure: string, libraries: UsedLibrary[]][] = [
    ["are none in an empty text", "", []],
    [
      "are none where nothing is required",
      "exports.handler = function () { return client_s3_1.S3Client; };",
      [],
    ],
    [
      "have the exports in use",
      `${s3}\nnew client_s3_1.S3Client({});`,
      [{ id: s3Id, exports: ["S3Client"] }],
    ],
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
    it(title, () => deepEqual(findUsedLibraries(closureOf(closure)), libraries));
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
      throws(() => findUsedLibraries(closureOf(`const lib = require("lib");\n${use}`)), {
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
      const cache = new PackagingCache(path.join(folder, "deep", "cache"));
      const answers = [
        await cache.getOrMake(["a", "b"], textOf("bundle é")),
        await cache.getOrMake(["a", "b"], unexpected),
        await new PackagingCache(path.join(folder, "deep", "cache")).getOrMake(["a", "b"], unexpected),
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
        const cache = new PackagingCache(folder);
        await cache.getOrMake(["a", "b"], textOf("first"));
        deepEqual(
          [
            await cache.getOrMake(ingredients, textOf("second")),
            await cache.getOrMake(["a", "b"], unexpected),
          ],
          ["second", "first"],
        );
      }));
  }

  it("are made again when the folder was deleted", () =>
    inNewFolder(async (folder) => {
      const cache = new PackagingCache(path.join(folder, "cache"));
      await cache.getOrMake(["a"], textOf("first"));
      rmSync(path.join(folder, "cache"), { recursive: true });
      equal(await cache.getOrMake(["a"], textOf("second")), "second");
    }));

  it("are whole files, and no others, even when several are written at once", () =>
    inNewFolder(async (folder) => {
      const cache = new PackagingCache(folder);
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
      const cache = new PackagingCache(folder);
      await rejects(cache.getOrMake(["a"], unexpected), /made again/);
      deepEqual([readdirSync(folder), await cache.getOrMake(["a"], textOf("bundle"))], [[], "bundle"]);
    }));
});
