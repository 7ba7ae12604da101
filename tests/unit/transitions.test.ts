import { deepEqual } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { transitions, type Transition } from "../../functions/lib/transitions";

const root = path.resolve(__dirname, "../..");

/** The program's sources, by their path in the repository. */
function sources(): Record<string, string> {
  const files = ["functions", "components"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
}

const filesWith = (pattern: RegExp) =>
  Object.entries(sources())
    .filter(([, text]) => pattern.test(text))
    .map(([file]) => file)
    .sort();

describe("Writers of the jobs table", () => {
  it("write through the functions that know the table of transitions", () => {
    deepEqual(
      {
        update: filesWith(/new UpdateItemCommand\(|dynamodb:updateItem`/),
        put: filesWith(/new PutItemCommand\(/),
        other: filesWith(/TransactWrite|BatchWrite|ExecuteStatement|dynamodb:putItem`/),
      },
      {
        update: ["components/workflow/recordStates.ts", "functions/lib/jobsTable.ts"],
        put: ["functions/lib/createJob.ts"],
        other: [],
      },
    );
  });

  it("set a job's status there alone, and never in a plain change", () => {
    // A status that is set, not compared; a step's own is after a dot.
    const assigned = /(?:SET |, |\[")#status = /;
    deepEqual(filesWith(assigned), ["components/workflow/recordStates.ts", "functions/lib/moveJob.ts"]);
    const plainChange = /\b(?:update|set):(?:(?!condition:)[\s\S])*?(?<![.])#status = [\s\S]*?condition:/;
    deepEqual(
      filesWith(plainChange).filter((file) => file !== "functions/lib/moveJob.ts"),
      [],
    );
  });

  it("are told of in the operator's handbook as the table has it", () => {
    const handbook = readFileSync(path.join(root, "docs/operations.md"), "utf8");
    const documented = [...handbook.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].map(
      ([, name, from, to, why]) => ({ name, from, to, why }),
    );
    const table = Object.entries(transitions as Record<string, Transition>).map(
      ([name, { from, to, why }]) => ({
        name,
        from: from.join(", "),
        to: to.join(", "),
        why,
      }),
    );
    deepEqual(documented, table);
  });
});
