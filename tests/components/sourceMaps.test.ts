import { deepEqual, equal, match, throws } from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { decodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import * as ts from "typescript";
import { trace } from "../../cli/trace/trace";
import { closureOf } from "../../components/packaging/closure";
import { functionArchive, type FunctionArchive } from "../../components/packaging/functionArchive";
import { closureMap } from "../../components/packaging/sourceMaps/closureMap";
import {
  ClosureSources,
  type TranspiledSource,
} from "../../components/packaging/sourceMaps/transpiledSources";
import { ArchiveMaps } from "../../local/stackTraces/archiveMaps";
import { inNewFolder } from "../helpers/folders";
import { inlineHandlers } from "../helpers/handlerArchives";
import { runArchive } from "../helpers/runArchive";

const root = path.resolve(__dirname, "../..");
const maps = new ArchiveMaps(path.join(root, "build/maps"));

/** The lines of our sources that a stack trace names. */
function linesOf(stack: string): string[] {
  return [...stack.matchAll(/(functions\/[\w/]+\.ts):(\d+):(\d+)/g)].map(([, file = "", line]) => {
    const text = readFileSync(path.join(root, file), "utf8").split("\n")[Number(line) - 1] ?? "";
    return `${file}: ${text.trim()}`;
  });
}

describe("The sources of closures", () => {
  const registered = Symbol.for("ts-node.register.instance");
  /** Where each place of the JavaScript comes from, and the JavaScript but for its last comment. */
  const factsOf = ({ file, javascript, map }: TranspiledSource) => ({
    file,
    javascript: javascript.replace(/\/\/# sourceMappingURL=.*\s*$/, ""),
    mappings: decodedMappings(map),
  });

  it("are compiled alike by ts-node, which runs this process, and without it", () => {
    const service: unknown = Reflect.get(process, registered);
    equal(typeof service, "object");
    const running = new ClosureSources(root).transpiled().map(factsOf);
    Reflect.deleteProperty(process, registered);
    try {
      deepEqual(running, new ClosureSources(root).transpiled().map(factsOf));
    } finally {
      Reflect.set(process, registered, service);
    }
    equal(running.length > 50, true);
  });
});

describe("A stack trace from a function's log", () => {
  const handlerOf = (name: string) => {
    const handler = inlineHandlers[name];
    if (!handler) throw new Error(`there is no handler ${name}`);
    return handler;
  };
  /** What Lambda would log: its files lie in /var/task. */
  const onLambda = (text: string) => text.replace(/\/[^\s()"]*\/(?=(closure|index)\.js)/g, "/var/task/");
  let archive: FunctionArchive;

  before(async () => {
    archive = await functionArchive("dispatch-handoffs", handlerOf("dispatchHandoffs").create);
  });

  it("leads to the lines of the sources, as it stands in a line of JSON", async () => {
    const event = { Records: [{ messageId: "m1", body: "no JSON" }] };
    const { log } = await runArchive(archive.files, handlerOf("dispatchHandoffs"), event);
    const traced = trace(maps, archive.hash, onLambda(log.join("\n")));
    const { requestId, coldStart, error } = JSON.parse(traced) as Record<string, unknown>;
    deepEqual([requestId, coldStart], ["r1", true]);
    const lines = linesOf((error as { stack: string }).stack);
    match(lines[0] ?? "", /^functions\/dispatchHandoffs\.ts: .*JSON\.parse\(/);
    match(lines[1] ?? "", /^functions\/dispatchHandoffs\.ts: .*handle\(message, turns\)/);
    match(lines[2] ?? "", /^functions\/lib\/batchResponse\.ts: await handle\(message\)/);
    equal(traced.includes("/var/task/closure.js"), true, "Pulumi's own frames stay as they are");
  });

  it("leads to the lines of libraries", () => {
    const lines = (archive.files["index.js"] ?? "").split("\n");
    const line = lines.findIndex((text) => text.includes("AWS4-HMAC-SHA256"));
    const column = lines[line]?.indexOf("AWS4-HMAC-SHA256") ?? 0;
    const traced = trace(maps, archive.hash, `    at sign (/var/task/index.js:${line + 1}:${column + 1})\n`);
    const [, file = "", found] = /^ {4}at sign \((node_modules\/[^ ]+):(\d+):\d+\)\n$/.exec(traced) ?? [];
    match(
      readFileSync(path.join(root, file), "utf8").split("\n")[Number(found) - 1] ?? "",
      /AWS4-HMAC-SHA256/,
    );
  });

  it("of an archive that is not known is an error that lists those that are, and says how to have it", () =>
    throws(
      () => trace(maps, "0000", "at /var/task/index.js:1:2"),
      ({ message }: Error) =>
        message.startsWith('There are no source maps of the archive "0000" in build/maps.') &&
        message.includes(`\n  ${archive.hash}  dispatch-handoffs\n`) &&
        message.includes("npx pulumi preview"),
    ));

  it("of an archive that is not known is an error where none is", () =>
    inNewFolder(async (folder) =>
      throws(() => trace(new ArchiveMaps(path.join(folder, "none")), "0000", ""), /There are none at all\./),
    ));

  const without: [title: string, text: string, message: RegExp][] = [
    ["nothing", " \n", /^There is nothing on standard input/],
    ["no trace", "SyntaxError: no JSON", /^There is no stack trace on standard input/],
    ["a trace of another program", "at x (/app/main.js:1:2)", /^There is no stack trace on standard input/],
  ];
  for (const [title, text, message] of without) {
    it(`is asked for when there is ${title}`, () =>
      throws(() => trace(maps, archive.hash, text), { message }));
  }

  it("is resolved on the command line", async () => {
    const program = ["-r", "./tools/typescript.cjs", "cli/trace.ts", archive.hash];
    const stack = "Error\n    at node:internal/x:1:2\n    at a (/var/task/closure.js:1:1)\n";
    const tracing = promisify(execFile)(process.execPath, program, { cwd: root });
    tracing.child.stdin?.end(stack);
    const { stdout: printed } = await tracing;
    equal(printed, stack);
  });
});

describe("The source map of a closure", () => {
  const transpiled = (file: string, text: string): TranspiledSource => {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, sourceMap: true };
    const output = ts.transpileModule(text, { fileName: file, compilerOptions });
    return { file, javascript: output.outputText, map: new TraceMap(output.sourceMapText ?? "") };
  };
  const wrapped = (name: string, inner: string) =>
    `\nfunction __${name}() {\n  return (function() {\n    with({}) {\n\nreturn ${inner};\n\n    }\n  }).apply();\n}\n`;
  const body = "(): number {\n  return fail();\n}";
  const inClosure = "() {\n    return fail();\n}";
  /** Where `fail()` of the closure comes from. */
  const placeIn = (closure: string, sources: readonly TranspiledSource[]) => {
    const lines = closure.split("\n");
    const line = lines.findIndex((text) => text.includes("fail()"));
    const column = lines[line]?.indexOf("fail") ?? 0;
    const map = new TraceMap(JSON.stringify(closureMap(closureOf(closure), sources)));
    const { source, line: found } = originalPositionFor(map, { line: line + 1, column });
    return source === null ? undefined : `${source}:${found}`;
  };
  const one = transpiled("one.ts", `interface Gone {}\n\nexport function first${body}`);
  const other = transpiled("other.ts", `export function second${body}`);

  it("leads to the function with the same text", () =>
    equal(placeIn(wrapped("f", `function /*first*/${inClosure}`), [one]), "one.ts:4"));

  it("tells functions with the same text apart by their names", () =>
    equal(placeIn(wrapped("f", `function /*second*/${inClosure}`), [one, other]), "other.ts:2"));

  it("leads nowhere where they cannot be told apart", () =>
    equal(placeIn(wrapped("f", `function ${inClosure}`), [one, other]), undefined));

  it("leads nowhere for a function that is in no source", () =>
    equal(placeIn(wrapped("f", `function /*first*/${inClosure}`), []), undefined));

  it("leads nowhere from what Pulumi wraps around functions", () => {
    const closure = wrapped("f", `function /*first*/${inClosure}`);
    const map = new TraceMap(JSON.stringify(closureMap(closureOf(closure), [one])));
    const wrapping = closure
      .split("\n")
      .flatMap((text, index) => (/apply|with/.test(text) ? [index + 1] : []));
    deepEqual(
      wrapping.map((line) => originalPositionFor(map, { line, column: 6 }).source),
      [null, null],
    );
  });
});
