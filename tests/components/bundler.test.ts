import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { bundleEntry, type Bundle } from "../../components/packaging/bundler";

const importing = (names: string, library: string) =>
  `import { ${names} } from ${JSON.stringify(library)};\nexport const used = [${names}];\n`;

/** They share nearly everything. */
const entries = [
  importing("GetItemCommand", "@aws-sdk/client-dynamodb"),
  importing("GetItemCommand, PutItemCommand", "@aws-sdk/client-dynamodb"),
  importing("unmarshall", "@aws-sdk/util-dynamodb"),
];

describe("Bundles of entry modules", () => {
  it("are the same whether they are asked for one by one or together, in whatever order", async () => {
    const alone: Bundle[] = [];
    for (const entry of entries) alone.push(await bundleEntry(entry));
    deepEqual(await Promise.all(entries.map(bundleEntry)), alone);
    const reversed = await Promise.all([...entries].reverse().map(bundleEntry));
    deepEqual(reversed.reverse(), alone);
    equal(new Set(alone.map(({ code }) => code)).size, entries.length);
  });

  it("have source maps that lead to the libraries and to the entry", async () => {
    const [, { map }] = (await Promise.all(entries.map(bundleEntry))) as [Bundle, Bundle];
    const { sources } = JSON.parse(map) as { sources: string[] };
    equal(sources.includes("entry.js"), true);
    const others = sources.filter((source) => !source.startsWith("node_modules/"));
    deepEqual(others, ["entry.js"]);
  });

  it("fail by themselves, with what esbuild says of the import", async () => {
    const [good = "", other = ""] = entries;
    const bad = importing("thereIsNoSuchExport", "@aws-sdk/util-dynamodb");
    const [first, failing, last] = [bundleEntry(good), bundleEntry(bad), bundleEntry(other)];
    await rejects(failing, ({ message }: Error) => {
      match(message, /No matching export .* for import "thereIsNoSuchExport"/);
      return true;
    });
    deepEqual([await first, await last], [await bundleEntry(good), await bundleEntry(other)]);
  });
});
